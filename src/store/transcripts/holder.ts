// The process that has a conversation open, as a text: its pid and when it started, because pids are used again.

import { startOf } from '../../base/machine.ts'

let own: string | undefined

/** The text of this process. */
export function ownMark(): string {
  own ??= `${process.pid} ${startOf(process.pid) ?? ''}`
  return own
}

/** The pid, if that process is still running. */
export function holderIn(mark: unknown): number | undefined {
  if (typeof mark !== 'string') return undefined
  const pid = Number.parseInt(mark, 10)
  return `${pid} ${startOf(pid) ?? ''}` === mark ? pid : undefined
}
