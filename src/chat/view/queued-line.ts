export interface QueuedLine {
  /** The id of the only customer that it may be sent to. */
  customer: string
  text: string
  /** As it was typed: with the marks of pasted blocks. */
  shown: string
}

export type QueueEvent =
  | { type: 'queued'; line: QueuedLine }
  /** Sent, dropped, or taken back for editing. */
  | { type: 'unqueued'; line: QueuedLine }
  | { type: 'unsent'; line: QueuedLine }
  /** Unsent lines that are in the prompt again. */
  | { type: 'gathered' }
