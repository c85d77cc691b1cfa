// A recording is a file of JSON lines: a head with the customer, then one line for each request to a platform.

import type { Message, ModelEvent, ModelRequest, PlatformFaultKind } from '../platforms/platform.ts'

/**
 * The format that this program writes, and the newest that it reads. Raise it when an older program would misread a new
 * file. test/recordings/formats/ has a file of each format.
 */
export const FORMAT = 1

export interface RecordingHead {
  /** Absent in the oldest files, which are format 1. */
  format?: number
  /** Version of the program that wrote it. */
  supportmax: string
  /** When; ISO 8601. */
  made: string
  customer: { id: string; name: string }
}

/** One request and what came back. */
export interface RecordedLine {
  question: string
  conversation: string
  purpose: 'answer' | 'cross-check' | 'judge'
  platform: string
  model: string
  system?: string
  tools?: ModelRequest['tools']
  toolChoice?: 'none'
  /**
   * The number of messages at the start that are the same as in the line before; `messages` has the rest. An absent
   * `system` or `tools` is the same as in the line before, too.
   */
  keep: number
  messages: Message[]
  /** `ms`: milliseconds since the request was sent. */
  events: { ms: number; event: ModelEvent }[]
  fault: { platform: string; kind: PlatformFaultKind; message: string; remedy?: string | undefined } | null
}
