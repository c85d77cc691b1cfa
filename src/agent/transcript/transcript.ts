// Where one conversation is written down. Everything is written before it is shown, so that no crash can lose what was seen.

import type { Cost } from '../../base/money.ts'
import type { Message } from '../../platforms/platform.ts'
import type { ConversationWriter } from '../../store/transcripts/writer.ts'
import type { Toolset } from '../../toolset/toolset.ts'
import { alertIn } from '../alerts/named.ts'
import { alertTitle } from '../alerts/words.ts'
import type { AgentEvent } from '../events.ts'
import type { CallKeeper } from '../evidence/book.ts'
import { growingText } from './growing-text.ts'

export interface Transcript extends CallKeeper {
  asked(asked: AskedEntry, at: Date): void
  /** The tools that the question is asked with. */
  setting(toolset: Toolset): void
  event(event: AgentEvent): void
  /** All messages of the conversation, after some were added or shortened. */
  remember(messages: readonly Message[]): void
  /** Something that the program told the person. */
  told(kind: ToldKind, body: unknown): void
  /** This process adds nothing any more. */
  leave(): void
}

/** A chart is drawn again from the result of its call. */
export type ToldKind = 'command' | 'note' | 'chart'

export interface AskedEntry {
  text: string
  /** What the screen shows instead of the text. */
  shown?: string
  isCritical: boolean
}

/** A server that was not available for a question. */
export interface MissingServer {
  server: string
  reason: string
}

/** What the last question could do, to be compared when the conversation is continued. */
export interface Setting {
  tools: string[]
  access: string
  /** Which answered last. */
  platform?: string
}

export interface TranscriptOptions {
  writer: ConversationWriter
  /** Messages that are written already. */
  messages: readonly Message[]
  /** Whether it has a title. */
  isTitled: boolean
  leave(): void
  now(): Date
}

/** In characters. */
const LONGEST_TITLE = 200

export function transcriptOver(options: TranscriptOptions): Transcript {
  const { writer, now, leave } = options
  const add = (kind: string, body: unknown, at = now()) => writer.add({ kind, at, body })
  const text = growingText({ add: body => add('text', body), amend: writer.amend })
  let written: readonly Message[] = options.messages
  let { isTitled } = options
  let setting: Setting | undefined

  function other(kind: string, body: unknown, at?: Date): void {
    text.end()
    add(kind, body, at)
  }

  return {
    asked(asked, at) {
      other('asked', asked, at)
      const alert = alertIn(asked.text)
      const title = alertTitle(asked.text, at).trim().replace(/\s+/g, ' ').slice(0, LONGEST_TITLE)
      writer.change({ at, ...(!isTitled && { title }), ...(alert !== undefined && { alert }) })
      isTitled = true
    },
    setting({ tools, customer, missing }) {
      const away = missing.map(({ server, reason }): MissingServer => ({ server, reason }))
      if (away.length > 0) other('missing', { servers: away })
      setting = { ...setting, tools: tools.map(one => one.name), access: customer.access }
      writer.change({ setting })
    },
    event(event) {
      // Drawn over and over while a call is running.
      if (event.type === 'call-progress') return
      if (event.type === 'text') return text.add(event.text)
      other(event.type, withoutResult(event))
      const cost = costIn(event)
      if (cost) writer.change({ cost })
      if (event.type !== 'answer' || !setting) return
      setting = { ...setting, platform: event.platform }
      writer.change({ setting })
    },
    begun: (number, call) => writer.call(number, call),
    ended: (facts, whole) => writer.result(facts.number, facts, whole),
    remember(messages) {
      const kept = messages.findIndex((one, i) => one !== written[i])
      const from = kept < 0 ? messages.length : kept
      writer.messages(from, messages.slice(from))
      written = [...messages]
    },
    told: other,
    leave,
  }
}

/** The results of calls are kept by number. */
function withoutResult(event: AgentEvent): AgentEvent {
  if (event.type !== 'call-ended') return event
  const { kind, text, took, cutBytes } = event.outcome
  return { ...event, outcome: { kind, text: kind === 'answered' ? '' : text, took, cutBytes } }
}

function costIn(event: AgentEvent): Cost | undefined {
  return 'spent' in event ? event.spent?.cost : undefined
}
