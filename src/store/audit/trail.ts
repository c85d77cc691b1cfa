// The audit record of a project: who called what, under which rule, and with what outcome.

import { SupportError } from '../../base/errors.ts'
import { fileFault } from '../../base/files.ts'
import { redact, withoutSecrets } from '../../base/redact.ts'
import type { AuditedCall, AuditedEnd, AuditTrail } from '../../toolset/calls/trail.ts'
import { leaveChain, ownChain } from './chain/own.ts'
import { openPeople } from './people.ts'
import type { AuditKind } from './record.ts'

export interface TrailOptions {
  folder: string
  /** Whether the values of arguments are recorded, too. */
  withArguments: boolean
  /** Called once when records begin to be lost, and with what was wrong with the end of a file. */
  warn(text: string): void
  /** Milliseconds since the epoch (default: the clock). */
  now?(): number
}

export interface OpenTrail extends AuditTrail {
  /** How many calls could not be recorded since the last one that could. */
  lost(): number
  close(): void
}

/** A call that has ended and is still to be recorded. */
interface Ended {
  call: AuditedCall
  end: AuditedEnd
  start: number | undefined
}

/** While the file cannot be opened, reads try again only after this time. */
const RETRY_MS = 1_000

/** Longer names and arguments are cut. */
const MOST_NAME = 200
const MOST_ARGUMENTS = 4_000

/** Opens nothing before the first record. */
export function openTrail({ folder, withArguments, warn, now = Date.now }: TrailOptions): OpenTrail {
  const pseudonymOf = openPeople(folder, now)
  const user = {}
  let isOpen = false
  let failed: { error: unknown; at: number } | undefined
  /** Since the last whole record: a full disk may have room for a shorter one now and then. */
  let isWarned = false
  let lost: { count: number; since: string } | undefined

  function record(fields: () => { what: AuditKind } & Record<string, unknown>): number {
    const chain = ownChain(user, { folder, now, warn })
    isOpen = true
    const one = fields()
    if (lost) {
      chain.append({ what: 'gap', lost: lost.count, since: lost.since })
      lost = undefined
    }
    const number = chain.append(one)
    isWarned = false
    return number
  }

  function lose(error: unknown): { reason: string } {
    const reason = reasonOfFault(error)
    if (!isWarned) warn(`calls are not being recorded: ${reason}`)
    isWarned = true
    lost = { count: (lost?.count ?? 0) + 1, since: lost?.since ?? new Date(now()).toISOString() }
    failed = { error, at: now() }
    return { reason }
  }

  const whole = (call: AuditedCall) => fieldsOf(call, pseudonymOf(call.by), withArguments)

  function recordEnd({ call, end: { outcome, took, bytes }, start }: Ended): void {
    if (!isOpen && failed && now() - failed.at < RETRY_MS) return void lose(failed.error)
    try {
      const came = { outcome, ms: Math.round(took * 10) / 10, got: bytes }
      const kind = start === undefined ? { what: 'call' as const } : { what: 'end' as const, start }
      record(() => ({ ...kind, ...whole(call), ...came }))
    } catch (error) {
      lose(error)
    }
  }

  let ends: Ended[] = []
  function recordEnds(): void {
    const due = ends
    ends = []
    due.forEach(recordEnd)
  }

  return {
    started(call) {
      recordEnds()
      try {
        return { number: record(() => ({ what: 'start', ...whole(call) })) }
      } catch (error) {
        return lose(error)
      }
    },
    ended(call, end, start) {
      // Deferred, so that the answer does not wait for the disk.
      if (ends.length === 0) setImmediate(recordEnds)
      ends.push({ call, end, start })
    },
    lost() {
      recordEnds()
      return lost?.count ?? 0
    },
    close() {
      recordEnds()
      leaveChain(user, folder)
      isOpen = false
    },
  }
}

function fieldsOf(
  { by, customer, server, tool, args, decision, effect }: AuditedCall,
  who: string,
  withArguments: boolean,
): Record<string, unknown> {
  const text = JSON.stringify(args) ?? ''
  return {
    who,
    role: by.role,
    customer,
    server,
    // A caller can name a tool as it likes.
    tool: redact(tool).slice(0, MOST_NAME),
    ...(decision && { decision: decision.kind, rule: decision.rule?.number ?? null }),
    ...(effect && { effect }),
    sent: Buffer.byteLength(text),
    ...(withArguments && { args: (JSON.stringify(withoutSecrets(args)) ?? '').slice(0, MOST_ARGUMENTS) }),
  }
}

function reasonOfFault(error: unknown): string {
  if (!(error instanceof SupportError)) return fileFault(error)
  return error.cause === undefined ? error.message : fileFault(error.cause)
}
