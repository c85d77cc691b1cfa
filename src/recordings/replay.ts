import { type Message, type ModelRequest, type Platform, PlatformFault } from '../platforms/platform.ts'
import type { ToolOutcome, Toolset } from '../toolset/toolset.ts'
import type { Head, TapedTurn } from './line.ts'
import { readLines, type Turn } from './read.ts'

/** A recording, played again: the platforms say what they said, the tools answer what they answered. */
export interface Recording {
  head: Head
  /** Its last line was not written to its end, and is left out. */
  isCut: boolean
  /** In the order in which they were asked. */
  questions: { id: string; text: string; isCritical: boolean }[]
  /** Instructions of the first turn. */
  system: string
  toolset(): Toolset
  /** Who answered this question then. */
  platforms(question: string): { platform: Platform; peers(): Platform[]; judge(): Platform }
  /** Where this program now sends something else than what was recorded. */
  differences(): string[]
}

/** Throws a usage error, with the line, for what is no recording. */
export function readRecording(file: string): Recording {
  const { head, turns, isCut } = readLines(file)
  const played = new Set<Turn>()
  const differences: string[] = []
  const firsts = turns.filter(
    (turn, i) =>
      turns.findIndex(other => other.question === turn.question) === i && turn.purpose === 'answer',
  )

  function player(question: string, purpose: TapedTurn['purpose'], only?: Turn): Platform {
    const isNext = (one: Turn) =>
      only ? one === only : one.question === question && one.purpose === purpose && !played.has(one)
    const next = () => turns.find(isNext)
    const { platform: name = 'recording', model = '' } = next() ?? {}
    return {
      name,
      model,
      async *stream(request) {
        const turn = next()
        if (!turn)
          throw new PlatformFault(name, 'bad_request', 'the recording ends here: this turn is not in it')
        played.add(turn)
        const where = differenceOf(turn.request, request)
        if (where) differences.push(`line ${turn.number}: ${where}`)
        for (const { event } of turn.events) yield event
        if (turn.fault) throw new PlatformFault(turn.fault.platform, turn.fault.kind, turn.fault.message)
      },
    }
  }

  return {
    head,
    isCut,
    questions: firsts.map(({ question, request }) => ({
      id: question,
      text: typedIn(request),
      isCritical: turns.some(one => one.question === question && one.purpose !== 'answer'),
    })),
    system: turns[0]?.request.system ?? '',
    toolset: () => toolsetOf(head, turns),
    platforms: question => ({
      platform: player(question, 'answer'),
      peers: () =>
        turns
          .filter(one => one.question === question && one.purpose === 'cross-check')
          .map(one => player(question, 'cross-check', one)),
      judge: () => player(question, 'judge'),
    }),
    differences: () => differences,
  }
}

/** The question as it was typed, without the time behind it. */
function typedIn({ messages }: ModelRequest): string {
  const asked = messages.findLast(message => message.role === 'user')
  return asked?.text.replace(/\n\n\[[^\]]*\]$/, '') ?? ''
}

/** Results by call, as the next request held them. */
function toolsetOf({ customer }: Head, turns: readonly Turn[]): Toolset {
  const results = resultsOf(turns)
  return {
    customer: { ...customer, environment: undefined, access: 'read-only' },
    generation: 1,
    tools: (turns[0]?.request.tools ?? []).map(tool => {
      const [server = '', name = tool.name] = tool.name.split('__', 2)
      return { ...tool, server, tool: name, readOnly: true }
    }),
    withheld: [],
    missing: [],
    async call(name, args): Promise<ToolOutcome> {
      const found = results.get(callKey(name, args))?.shift()
      const text = found?.text ?? 'the recording holds no result of this call'
      const kind = found && !found.isError ? 'answered' : 'tool_error'
      return { kind, text, took: 0, cutBytes: 0 }
    },
    retire() {},
  }
}

type Result = Extract<Message, { role: 'tool' }>

function resultsOf(turns: readonly Turn[]): Map<string, Result[]> {
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

/** Times and sealed reasoning apart. */
function differenceOf(recorded: ModelRequest, now: ModelRequest): string | undefined {
  if (recorded.messages.length !== now.messages.length)
    return `${recorded.messages.length} messages were sent, now ${now.messages.length}`
  const plain = (message: Message | undefined) => {
    if (message?.role === 'user') return typedIn({ system: '', tools: [], messages: [message] })
    return JSON.stringify(message?.role === 'assistant' ? { ...message, carry: undefined } : message)
  }
  const at = recorded.messages.findIndex((message, i) => plain(message) !== plain(now.messages[i]))
  return at < 0 ? undefined : `message ${at + 1} was another one`
}
