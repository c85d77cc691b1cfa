// What waits for a person's answer.

import type { Effect } from '../../toolset/toolset.ts'
import type { AskedAddress } from './form/address.ts'
import type { FormField, FormValue } from './form/fields.ts'

export type Dialog = CallDialog | FormDialog | SendDialog

interface OpenDialog {
  id: number
  /** Whether keys go to it. Until then they go to the line that the person was typing when it opened. */
  ready: boolean
}

/** A call that needs approval. */
export interface CallDialog extends OpenDialog {
  kind: 'call'
  customer: string
  server: string
  tool: string
  args: unknown
  effect: Effect
  /** What it would do, as far as that is known by now. */
  foreseen: readonly string[]
}

/** A question that may be for another customer, before it is sent. */
export interface SendDialog extends OpenDialog {
  kind: 'send'
  why: string
  /** What to type instead. */
  hint: string
}

/** What a server asks, not supportmax. */
export interface FormDialog extends OpenDialog {
  kind: 'form'
  server: string
  message: string
  /** An address to open, in place of fields. */
  address: AskedAddress | undefined
  fields: readonly FormField[]
  /** The field in front; behind the last one, it is asked whether to send. */
  at: number
  values: readonly (FormValue | undefined)[]
}

/** As it is put to the person. */
export type NewDialog = Opened<Dialog>

type Opened<One> = One extends Dialog ? Omit<One, 'id' | 'ready'> : never
