// Everything on the screen, as a value: reduce() makes the next one, and the components only draw it.

import type { AgentEvent } from '../../agent/events.ts'
import type { Chart } from '../../agent/series/chart.ts'
import type { SeriesTable } from '../../agent/series/table.ts'
import type { Cost } from '../../base/money.ts'
import { commandName } from '../../base/package-root.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { type Access, type Customer, isProduction } from '../../config/project.ts'
import type { CallProgress, ToolOutcome, Toolset } from '../../toolset/toolset.ts'
import type { Dialog, FormDialog } from './dialogs.ts'
import type { QueuedLine, QueueEvent } from './queued-line.ts'

export interface ChatCustomer {
  id: string
  name: string
  production: boolean
  access: Access
}

export interface CallLine {
  id: string
  /** Under which the answer cites it; undefined for a search among the tools. */
  number: number | undefined
  server: string
  tool: string
  args: string
  /** What the server reported last. */
  progress: CallProgress | undefined
  /** How long it has been running; the time until its approval does not count. */
  seconds: number
  /** Cut off, it may have run, unless a person is asked or did not allow it. */
  isWrite: boolean
  /** Undefined if no person was asked, or has not answered. */
  allowed: boolean | undefined
  outcome:
    | (Pick<ToolOutcome, 'kind' | 'took' | 'cutBytes'> & { text: string; part?: string | undefined })
    | undefined
  /** The series in its result. */
  series?: SeriesTable | undefined
}

/** What the status line tells besides the customer. Undefined: not known yet, or nobody can. */
export interface Standing {
  servers: { ready: number; of: number } | undefined
  model: string | undefined
  /** Tokens of the last request and its answer. */
  used: number | undefined
  /** Context window of the model, in tokens. */
  window: number | undefined
  /** What this customer has cost since midnight. */
  today: Cost | undefined
}

export type Tone = 'info' | 'good' | 'warn' | 'bad' | 'quiet'

/** A finished part of the screen: drawn once, never again. */
export type Item = { id: number } /** `at`: when it was asked, in milliseconds since 1970. */ & (
  | { kind: 'question'; customer: ChatCustomer; text: string; at?: number | undefined }
  | { kind: 'command'; customer: ChatCustomer; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'call'; call: CallLine }
  | { kind: 'note'; tone: Tone; text: string; hint: string | undefined }
  /** An address of the configuration. */
  | { kind: 'link'; label: string; address: string }
  | { kind: 'chart'; chart: Chart }
  | { kind: 'customer'; customer: ChatCustomer }
)

export interface View {
  /** What a person types in another terminal to run supportmax with this configuration. */
  command: string
  customer: ChatCustomer
  phase: 'connecting' | 'ready'
  standing: Standing
  tools: number
  missing: number
  /** How many tools there are, until it is known whether the systems behind them answer. */
  unchecked: string | undefined
  finished: readonly Item[]
  /** The unfinished last block of the answer that is streaming. */
  text: string
  calls: readonly CallLine[]
  /** How many calls of the running question have ended. */
  callsEnded: number
  /** The highest number of a call that has ended in this conversation. */
  results: number
  /** The model is writing: text came after the last call. */
  writing: boolean
  /** Number of the running question; events of any other are dropped. */
  asking: number | undefined
  /** Seconds since anything happened in it. */
  silent: number
  dialogs: readonly Dialog[]
  /** Lines that are sent after the answer. */
  queued: readonly QueuedLine[]
  /** Lines that were queued and not sent, until they are in a prompt again. */
  unsent: readonly QueuedLine[]
}

export interface Published {
  servers: number
  tools: number
  withheld: number
  missing: readonly { server: string; state: string; reason: string; hint: string }[]
}

export type ChatEvent =
  /** `results`: how many calls the conversation has had (default: none). */
  | { type: 'asked'; question: number; text: string; results?: number; at?: number }
  /** Every second while a question is running. */
  | { type: 'second'; question: number }
  | { type: 'agent'; question: number; event: AgentEvent }
  | { type: 'switching'; customer: ChatCustomer }
  | { type: 'published'; customer: string; toolset: Published }
  /** The same servers offer other tools. */
  | { type: 'relisted'; customer: string; toolset: Published }
  /** The servers whose tools are offered, but which are not ready, or ready with a warning. */
  | { type: 'checked'; customer: string; troubled: Published['missing'] }
  | { type: 'not-checked'; customer: string }
  | {
      type: 'switch-failed'
      customer: string
      reason: string
      hint: string | undefined
      back: ChatCustomer | undefined
    }
  | { type: 'standing'; customer: string; standing: Partial<Standing> }
  | QueueEvent
  | { type: 'command'; text: string }
  | { type: 'note'; tone: Tone; text: string; hint?: string | undefined }
  | { type: 'link'; label: string; address: string }
  | { type: 'chart'; chart: Chart }
  | { type: 'dialog'; dialog: Dialog }
  | { type: 'dialog-foreseen'; id: number; lines: readonly string[] }
  | { type: 'form-filled'; id: number; at: number; values: FormDialog['values'] }
  | { type: 'dialog-ready'; id: number }
  | { type: 'dialog-closed'; id: number; allowed: boolean }

export const NOTHING_KNOWN: Standing = {
  servers: undefined,
  model: undefined,
  used: undefined,
  window: undefined,
  today: undefined,
}

export function firstView(customer: ChatCustomer, command = commandName()): View {
  const empty = {
    phase: 'connecting',
    tools: 0,
    missing: 0,
    text: '',
    asking: undefined,
    silent: 0,
    results: 0,
    callsEnded: 0,
    writing: false,
    unchecked: undefined,
    standing: NOTHING_KNOWN,
  } as const
  return {
    ...empty,
    command,
    customer,
    finished: [{ id: 0, kind: 'customer', customer }],
    calls: [],
    dialogs: [],
    queued: [],
    unsent: [],
  }
}

export function chatCustomer(customer: Customer): ChatCustomer {
  const { id, name, access } = customer
  return { id, name: cleanLine(name), access, production: isProduction(customer) }
}

export function publishedOf({ tools, withheld, missing }: Toolset): Published {
  const servers = new Set([...tools, ...withheld, ...missing].map(one => one.server).filter(Boolean)).size
  return { servers, tools: tools.length, withheld: withheld.length, missing }
}
