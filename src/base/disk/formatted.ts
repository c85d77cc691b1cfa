import { fileStamp, readIfThere } from '../files.ts'
import { refuseNewerFormat } from '../format.ts'
import { parsedJson } from '../records.ts'

/**
 * A JSON file of the state folder, parsed. undefined if there is no file; `broken` for anything but an object. Throws
 * `failed` for a file that a newer supportmax wrote.
 *
 * @param known the newest format that the caller can read
 */
export function readFormatted(file: string, known: number): Record<string, unknown> | 'broken' | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  const parsed = parsedJson(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'broken'
  const found = parsed as Record<string, unknown>
  refuseNewerFormat(file, found.format, known)
  return found
}

/** Calls `read` the first time, and again only after the file has changed. */
export function readOnce<T>(file: string, read: () => T): () => T {
  let known: { stamp: string; value: T } | undefined
  return () => {
    const stamp = fileStamp(file)
    if (known?.stamp !== stamp) known = { stamp, value: read() }
    return known.value
  }
}
