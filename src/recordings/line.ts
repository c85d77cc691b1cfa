// A recording is a file of JSON lines: one that says whose it is, then one for each request to a platform.

import type { Message, ModelEvent, ModelRequest, PlatformFaultKind } from '../platforms/platform.ts'

export interface Head {
  /** Version that made it. */
  supportmax: string
  /** ISO 8601. */
  made: string
  customer: { id: string; name: string }
}

export interface TapedTurn {
  question: string
  conversation: string
  purpose: 'answer' | 'cross-check' | 'judge'
  platform: string
  model: string
  system?: string
  tools?: ModelRequest['tools']
  toolChoice?: 'none'
  /** So many messages are the same as in the turn before; `messages` are the others. Likewise system and tools. */
  keep: number
  messages: Message[]
  /** Each with its milliseconds since the request left. */
  events: { ms: number; event: ModelEvent }[]
  fault: { platform: string; kind: PlatformFaultKind; message: string } | null
}
