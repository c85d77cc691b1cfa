import { redact } from '../../base/redact.ts'
import { plainLine } from './markdown.ts'

/** A line for each server that was not available. */
export function missingLines({
  missing,
}: {
  missing: readonly { server: string; reason: string }[]
}): string[] {
  return missing.map(
    ({ server, reason }) => `${plainLine(server)} was not available: ${plainLine(redact(reason))}`,
  )
}
