import { appendFileSync, writeFileSync } from 'node:fs'
import { reasonOf, SupportError } from '../base/errors.ts'
import { placeFault } from '../base/files.ts'
import { packageVersion } from '../base/package-root.ts'
import { redact } from '../base/redact.ts'
import type { Customer } from '../config/project.ts'
import type { Line } from '../coordinator/coordinator.ts'
import {
  type Message,
  type ModelEvent,
  type ModelRequest,
  type Platform,
  PlatformFault,
} from '../platforms/platform.ts'
import type { Head, TapedTurn } from './line.ts'

/** What went to the platforms and came back, in a file that can be played again elsewhere. Secrets are hidden. */
export interface Tape {
  /** Whose conversation it is: of nobody else anything is written into it. */
  readonly customerId: string
  over(
    line: Line,
    asked: { question: string; conversation: string },
  ): Pick<Line, 'platform' | 'peers' | 'judge'>
}

/**
 * Makes the file, mode 0600; throws a usage error where there is one, since a recording is never written over. A line
 * that cannot be written later on ends the recording, and `told` gets the reason; the answers go on.
 */
export function openTape(
  file: string,
  { id, name }: Pick<Customer, 'id' | 'name'>,
  told: (reason: string) => void,
): Tape {
  const head: Head = { supportmax: packageVersion(), made: new Date().toISOString(), customer: { id, name } }
  const lineOf = (value: object) => `${JSON.stringify(hidden(value))}\n`
  try {
    writeFileSync(file, lineOf(head), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new SupportError('usage', `--record ${file}: ${isThere ? 'is there already' : placeFault(error)}`, {
      hint: 'name a new file',
      cause: error,
    })
  }
  let last: ModelRequest | undefined
  let isCut = false

  /** A line behind a broken one could not be read: after the first that fails, nothing more is written. */
  function write(turn: () => TapedTurn): void {
    if (isCut) return
    try {
      appendFileSync(file, lineOf(turn()))
    } catch (error) {
      isCut = true
      told(placeFault(error))
    }
  }

  function taped(
    platform: Platform,
    about: Pick<TapedTurn, 'question' | 'conversation' | 'purpose'>,
  ): Platform {
    async function* stream(request: ModelRequest, signal: AbortSignal) {
      const began = performance.now()
      const events: TapedTurn['events'] = []
      const { name, model } = platform
      let isKept = false
      const keep = (fault: TapedTurn['fault']) => {
        if (isKept) return
        isKept = true
        // Turns end in another order than they begin; what is left out refers to the line before.
        write(() => ({
          ...about,
          platform: name,
          model,
          ...sinceLast(last, request),
          events: events.map(unsealed),
          fault,
        }))
        last = request
      }
      try {
        for await (const event of platform.stream(request, signal)) {
          add(events, Math.round(performance.now() - began), event)
          // Before it is handed on: whoever has the whole answer may leave, and the program with him.
          if (event.type === 'finish') keep(null)
          yield event
        }
      } catch (error) {
        keep(faultOf(error, name))
        throw error
      } finally {
        keep({ platform: name, kind: 'aborted', message: 'left before its end' })
      }
    }
    return { name: platform.name, model: platform.model, stream }
  }

  return {
    customerId: id,
    over(line, { question, conversation }) {
      const about = { question, conversation }
      return {
        platform: taped(line.platform, { ...about, purpose: 'answer' }),
        peers: answered => line.peers(answered).map(one => taped(one, { ...about, purpose: 'cross-check' })),
        judge: answered => taped(line.judge(answered), { ...about, purpose: 'judge' }),
      }
    },
  }
}

function faultOf(error: unknown, platform: string): TapedTurn['fault'] {
  const isFault = error instanceof PlatformFault
  return {
    platform: isFault ? error.platform : platform,
    kind: isFault ? error.kind : 'server',
    message: reasonOf(error),
  }
}

/** Pieces of one text are joined: half a secret would not be known for one. */
function add(events: TapedTurn['events'], ms: number, event: ModelEvent): void {
  const last = events.at(-1)
  if (last?.event.type !== 'text' || event.type !== 'text') return void events.push({ ms, event })
  events[events.length - 1] = { ms: last.ms, event: { type: 'text', text: last.event.text + event.text } }
}

/** Only what is new: a long conversation is not written down again with each of its turns. */
function sinceLast(last: ModelRequest | undefined, request: ModelRequest) {
  const { system, tools, messages, toolChoice } = request
  const differs = messages.findIndex((message, i) => last?.messages[i] !== message)
  const keep = differs < 0 ? messages.length : differs
  return {
    ...(system === last?.system ? {} : { system }),
    ...(sameTools(tools, last?.tools) ? {} : { tools }),
    ...(toolChoice && { toolChoice }),
    keep,
    messages: messages.slice(keep).map(unsealedMessage),
  }
}

function sameTools(tools: ModelRequest['tools'], before: ModelRequest['tools'] | undefined): boolean {
  if (tools.length !== before?.length) return false
  return tools.every(
    (tool, i) => tool.name === before[i]?.name && tool.inputSchema === before[i]?.inputSchema,
  )
}

/** Sealed reasoning can be read by nobody but its account; the recording goes to somebody else. */
function unsealedMessage(message: Message): Message {
  return message.role === 'assistant' && message.carry ? { ...message, carry: undefined } : message
}

function unsealed({ ms, event }: TapedTurn['events'][number]): TapedTurn['events'][number] {
  return { ms, event: event.type === 'finish' ? { ...event, carry: undefined } : event }
}

/** Every text in it without secrets, names of properties too. */
function hidden(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(hidden)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [redact(key), hidden(one)]))
}
