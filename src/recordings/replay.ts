import { costOf, sumOfCosts } from '../base/money.ts'
import { unframed } from '../platforms/calls/framed.ts'
import {
  type Message,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type Spent,
} from '../platforms/platform.ts'
import { sumOfUsage } from '../platforms/usage.ts'
import type { ToolOutcome, Toolset } from '../toolset/toolset.ts'
import type { RecordedLine, RecordingHead } from './line.ts'
import { type RecordedTurn, readLines } from './read.ts'

/** A recording to replay: its platforms and tools give the recorded answers. */
export interface Recording {
  head: RecordingHead
  /** Whether its last line is incomplete, and was left out. */
  isCut: boolean
  /** In the order in which they were asked. */
  questions: { id: string; text: string; isCritical: boolean; isRetry: boolean }[]
  /** Instructions of the first turn. */
  system: string
  toolset(): Toolset
  /** The platforms that answered this question. */
  platforms(question: string): { platform: Platform; peers(): Platform[]; judge(): Platform; spent(): Spent }
  /** Where the requests that this program sends differ from the recorded ones. */
  differences(): string[]
}

/** Throws a usage error, with the line, for a file that is not a recording or has a newer format. */
export function readRecording(file: string): Recording {
  const { head, turns, isCut } = readLines(file)
  const differences: string[] = []
  const playerFor = openPlayers(turns, differences)
  return {
    head,
    isCut,
    questions: questionsOf(turns),
    system: turns[0]?.request.system ?? '',
    toolset: () => toolsetOf(head, turns),
    platforms: question => ({
      platform: playerFor(question, 'answer'),
      peers: () =>
        turns
          .filter(one => one.question === question && one.purpose === 'cross-check')
          .map(one => playerFor(question, 'cross-check', one)),
      judge: () => playerFor(question, 'judge'),
      spent: () => spentOn(turns.filter(one => one.question === question)),
    }),
    differences: () => differences,
  }
}

function questionsOf(turns: readonly RecordedTurn[]): Recording['questions'] {
  const firsts = turns.filter(
    (turn, i) =>
      turns.findIndex(other => other.question === turn.question) === i && turn.purpose === 'answer',
  )
  return firsts.map(({ question, request }) => ({
    id: question,
    text: typedIn(request),
    isRetry: request.messages.at(-1)?.role === 'tool',
    isCritical: turns.some(one => one.question === question && one.purpose !== 'answer'),
  }))
}

/** Platforms that replay the turns of a question in order, or only one of them; each turn is replayed once. */
function openPlayers(turns: readonly RecordedTurn[], differences: string[]) {
  const played = new Set<RecordedTurn>()

  return function playerFor(
    question: string,
    purpose: RecordedLine['purpose'],
    only?: RecordedTurn,
  ): Platform {
    const isNext = (one: RecordedTurn) =>
      only ? one === only : one.question === question && one.purpose === purpose && !played.has(one)
    const next = () => turns.find(isNext)
    const { platform: name = 'recording', model = '' } = next() ?? {}
    return {
      name,
      model,
      async *stream(request) {
        const turn = next()
        if (!turn)
          throw new PlatformFault(
            name,
            'bad_request',
            'the recording ends here and does not contain this turn',
          )
        played.add(turn)
        const difference = differenceOf(turn.request, request)
        if (difference) differences.push(`line ${turn.number}: ${difference}`)
        for (const { event } of turn.events) yield event
        if (!turn.fault) return
        const { platform, kind, message, remedy } = turn.fault
        throw new PlatformFault(platform, kind, message, { remedy })
      },
    }
  }
}

/** What was recorded of the tokens and the cost. */
function spentOn(turns: readonly RecordedTurn[]): Spent {
  const events = turns.flatMap(one => one.events.map(({ event }) => event))
  const costs = events.flatMap(event => {
    if (event.type === 'finish') return [costOf(event.served?.costUsd)]
    return event.type === 'rerouted' ? [costOf(event.wastedUsd)] : []
  })
  const usages = events.map(event => (event.type === 'finish' ? event.usage : undefined))
  return { usage: usages.reduce(sumOfUsage, undefined), cost: sumOfCosts(costs) }
}

/** The question as it was typed, without the time that was appended to it. */
function typedIn({ messages }: ModelRequest): string {
  const asked = messages.findLast(message => message.role === 'user')
  return asked?.text.replace(/\n\n\[[^\]]*\]$/, '') ?? ''
}

/** Answers calls with the results that the recorded requests contain. */
function toolsetOf({ customer }: RecordingHead, turns: readonly RecordedTurn[]): Toolset {
  const results = resultsOf(turns)
  return {
    customer: { ...customer, environment: undefined, access: 'read-only' },
    generation: 1,
    tools: (turns[0]?.request.tools ?? []).map(tool => {
      const [name = '', server = ''] = tool.name.split('__', 2).reverse()
      return { ...tool, server, tool: name, readOnly: true }
    }),
    withheld: [],
    leftOut: [],
    patterns: [],
    missing: [],
    async call(name, args): Promise<ToolOutcome> {
      const found = results.get(callKey(name, args))?.shift()
      const text = found ? unframed(found.text).text : 'the recording contains no result for this call'
      const kind = found && !found.isError ? 'answered' : 'tool_error'
      return { kind, text, took: 0, cutBytes: 0 }
    },
    retire() {},
  }
}

type Result = Extract<Message, { role: 'tool' }>

function resultsOf(turns: readonly RecordedTurn[]): Map<string, Result[]> {
  const results = new Map<string, Result[]>()
  const seen = new Set<Message>()
  for (const { request } of turns) {
    const calls = request.messages.flatMap(message => (message.role === 'assistant' ? message.calls : []))
    for (const message of request.messages) {
      if (message.role !== 'tool' || seen.has(message)) continue
      seen.add(message)
      const call = calls.findLast(one => one.id === message.callId)
      const key = callKey(message.name, call?.args)
      results.set(key, [...(results.get(key) ?? []), message])
    }
  }
  return results
}

function callKey(name: string, args: unknown): string {
  return `${name}\n${JSON.stringify(args) ?? ''}`
}

/** Ignores times and sealed reasoning. */
function differenceOf(recorded: ModelRequest, now: ModelRequest): string | undefined {
  if (recorded.messages.length !== now.messages.length)
    return `${recorded.messages.length} messages then, ${now.messages.length} now`
  const comparable = (message: Message | undefined) => {
    if (message?.role === 'user') return typedIn({ system: '', tools: [], messages: [message] })
    return JSON.stringify(message?.role === 'assistant' ? { ...message, carry: undefined } : message)
  }
  const at = recorded.messages.findIndex((message, i) => comparable(message) !== comparable(now.messages[i]))
  return at < 0 ? undefined : `message ${at + 1} differs`
}
