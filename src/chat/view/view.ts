// All that the screen shows, as a value: reduce() makes the next one, the components only draw.

import type { AgentEvent } from '../../agent/events.ts'
import type { Access } from '../../config/project.ts'
import type { ToolOutcome } from '../../toolset/toolset.ts'

export interface ChatCustomer {
  id: string
  name: string
  production: boolean
  access: Access
}

export interface CallLine {
  id: string
  server: string
  tool: string
  args: string
  outcome: (Pick<ToolOutcome, 'kind' | 'took' | 'cutBytes'> & { text: string }) | undefined
}

export type Tone = 'info' | 'good' | 'warn' | 'bad' | 'quiet'

/** What is finished goes up once and is never drawn again. */
export type Item = { id: number } & (
  | { kind: 'question'; customer: ChatCustomer; text: string }
  | { kind: 'command'; customer: ChatCustomer; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'call'; call: CallLine }
  | { kind: 'note'; tone: Tone; text: string }
  | { kind: 'customer'; customer: ChatCustomer }
)

export interface Dialog {
  id: number
  customer: string
  server: string
  tool: string
  args: unknown
  /** It takes the keys: before, they are the end of what the person was typing when it came up. */
  ready: boolean
}

export interface View {
  customer: ChatCustomer
  phase: 'connecting' | 'ready'
  tools: number
  missing: number
  finished: readonly Item[]
  /** The end of the answer that streams now: the part that is no whole block yet. */
  text: string
  calls: readonly CallLine[]
  /** Number of the question that runs; what comes for another one is dropped. */
  asking: number | undefined
  dialogs: readonly Dialog[]
}

export interface Published {
  tools: number
  withheld: number
  missing: readonly { server: string; state: string; reason: string; hint: string }[]
}

export type ChatEvent =
  | { type: 'asked'; question: number; text: string }
  | { type: 'agent'; question: number; event: AgentEvent }
  | { type: 'switching'; customer: ChatCustomer }
  | { type: 'published'; customer: string; set: Published }
  | {
      type: 'switch-failed'
      customer: string
      reason: string
      hint: string | undefined
      back: ChatCustomer | undefined
    }
  | { type: 'command'; text: string }
  | { type: 'note'; tone: Tone; text: string }
  | { type: 'dialog'; dialog: Dialog }
  | { type: 'dialog-ready'; id: number }
  | { type: 'dialog-closed'; id: number }

export function firstView(customer: ChatCustomer): View {
  const empty = { phase: 'connecting', tools: 0, missing: 0, text: '', asking: undefined } as const
  return { ...empty, customer, finished: [{ id: 0, kind: 'customer', customer }], calls: [], dialogs: [] }
}
