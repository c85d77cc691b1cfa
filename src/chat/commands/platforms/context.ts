import { countText } from '../../../base/text/amounts.ts'
import { tokensOfRequest } from '../../../coordinator/money/tokens.ts'
import { unframed } from '../../../platforms/calls/framed.ts'
import type { Message, ModelCall, ModelRequest } from '../../../platforms/platform.ts'
import { tokensText } from '../../view/words/standing.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const context: SlashCommand = {
  name: 'context',
  usage: '/context',
  summary: "show what fills the model's context window",
  run(chat) {
    const { id } = chat.customer()
    const request = chat.session.request(id)
    if (!request) return chat.note('not connected yet', 'warn', 'retry in a moment')
    const { usage, window } = chat.session.story(id).at(-1)?.turn ?? {}
    const used = usage && usage.inputTokens + usage.outputTokens
    chat.note(contextTable(request, { used, window }))
  },
}

interface Counted {
  /** Tokens of the last request and its answer, as the platform has counted them; undefined before there is one. */
  used: number | undefined
  window: number | undefined
}

const MOST_ROWS = 12

/** About how many tokens each part takes, the largest first. */
export function contextTable(request: ModelRequest, { used, window }: Counted): string {
  const parts = partsOf(request).filter(one => one.tokens > 0)
  const total = parts.reduce((sum, one) => sum + one.tokens, 0)
  const sorted = parts.toSorted((a, b) => b.tokens - a.tokens)
  const rest = sorted.slice(MOST_ROWS)
  const more = {
    name: `${countText(rest.length)} more`,
    tokens: rest.reduce((sum, one) => sum + one.tokens, 0),
  }
  const rows = [...sorted.slice(0, MOST_ROWS), ...(rest.length > 0 ? [more] : [])].map(({ name, tokens }) => [
    name,
    countText(tokens),
    shareText(tokens, window ?? total),
  ])
  const ofWindow = window === undefined ? '' : ` of ${tokensText(window)}`
  const counted =
    used === undefined
      ? ''
      : `\nthe last request and its answer: ${countText(used)} tokens${ofWindow}, counted by the platform`
  const share = window === undefined ? 'OF ALL' : 'OF THE WINDOW'
  const all = ['all', countText(total), window === undefined ? '' : shareText(total, window)]
  return `${tableText([['', 'TOKENS, ABOUT', share], ...rows, all], { figures: [1, 2] })}${counted}`
}

function shareText(tokens: number, of: number): string {
  const percent = (tokens / Math.max(1, of)) * 100
  return percent < 1 ? '<1 %' : `${Math.round(percent)} %`
}

interface Part {
  name: string
  tokens: number
}

function partsOf({ system, tools, messages }: ModelRequest): Part[] {
  const alone = (part: Partial<ModelRequest>) =>
    tokensOfRequest({ system: '', tools: [], messages: [], ...part })
  const servers = Map.groupBy(tools, one => one.name.split('__')[0] ?? '')
  return [
    { name: 'instructions', tokens: alone({ system }) },
    ...[...servers].map(([server, list]) => ({
      name: `${countText(list.length)} ${list.length === 1 ? 'tool' : 'tools'} of ${server}`,
      tokens: alone({ tools: list }),
    })),
    ...messages.map((message, at) => ({
      name: nameOf(message, messages.slice(at + 1)),
      tokens: alone({ messages: [message] }),
    })),
  ]
}

const LONGEST_WORDS = 40

function nameOf(message: Message, after: readonly Message[]): string {
  switch (message.role) {
    case 'tool': {
      const { number } = unframed(message.text)
      return `${number === undefined ? '' : `[${number}] `}${toolText(message.name)}`
    }
    case 'user':
      return `question: ${shortened(message.text)}`
    case 'assistant': {
      const words = shortened(message.text.replaceAll('**', ''))
      return words === '' ? callsText(message.calls, after) : `answer: ${words}`
    }
  }
}

/** `calls for [1], [2]`; one without a number by its tool. */
function callsText(calls: readonly ModelCall[], after: readonly Message[]): string {
  const names = calls.map(({ id, name }) => {
    // Some servers of models give the same ids in each turn.
    const result = after.find(one => one.role === 'tool' && one.callId === id)
    const number = result && unframed(result.text).number
    return number === undefined ? toolText(name) : `[${number}]`
  })
  return `${calls.length === 1 ? 'call' : 'calls'} for ${shortened(names.join(', '))}`
}

function toolText(name: string): string {
  return name.replace('__', ' · ')
}

function shortened(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim()
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words
}
