// Why a server could not be started, kept so that `status` can say more than "not started".

import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { writeWhole } from '../../base/files.ts'
import { withoutSecrets } from '../../base/redact.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import type { RuntimeKind } from '../../runtimes/runtime.ts'

const FORMAT = 1

interface StartFailure {
  reason: string
  hint: string
  /** ISO time. */
  at: string
  /** The definition and runtime that failed: the failure says nothing about others. */
  definition: string
  runtime: RuntimeKind
}

export interface FailureFile {
  /** The last failed start of this server, unless it was forgotten. */
  of(key: ServerKey): StartFailure | undefined
  /** Adds failures, by keyText(), and forgets those of other servers. Call it only under the lock. */
  update(change: { failed: ReadonlyMap<string, StartFailure>; forget(key: string): boolean }): void
}

/**
 * The failures of one state folder, in a file of mode 0600. They only explain, so they never stop a command: a file that
 * cannot be read, or that a newer supportmax wrote, counts as empty and is left alone, and what cannot be written is lost.
 */
export function failureFile(folder: string): FailureFile {
  const file = join(folder, 'failures.json')
  const known = readOnce(file, () => readFailures(file))
  return {
    of: key => known()?.[keyText(key)],
    update({ failed, forget }) {
      const before = known()
      if (before === undefined) return
      const kept = Object.entries(before).filter(([key]) => !forget(key))
      const after = { ...Object.fromEntries(kept), ...Object.fromEntries(failed) }
      if (JSON.stringify(after) === JSON.stringify(before)) return
      try {
        writeWhole(
          file,
          `${JSON.stringify({ format: FORMAT, failures: withoutSecrets(after) }, null, 1)}\n`,
          0o600,
        )
      } catch {
        // A full disk.
      }
    },
  }
}

/** By keyText(). A broken file counts as empty and is replaced; undefined for one to leave alone. */
function readFailures(file: string): Record<string, StartFailure> | undefined {
  let found: ReturnType<typeof readFormatted>
  try {
    found = readFormatted(file, FORMAT)
  } catch {
    return undefined
  }
  const failures = typeof found === 'object' ? found.failures : undefined
  if (typeof failures !== 'object' || failures === null) return {}
  return Object.fromEntries(Object.entries(failures).filter(([, one]) => isFailure(one)))
}

function isFailure(value: unknown): value is StartFailure {
  const { reason, hint, definition } = (value ?? {}) as Partial<StartFailure>
  return [reason, hint, definition].every(one => typeof one === 'string')
}
