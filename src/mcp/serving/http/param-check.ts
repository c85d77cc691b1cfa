// Arguments that a tool wants repeated in headers: a server must refuse a call whose headers say something else, so that
// nothing on the way routes by one value and the tool gets another.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (SEP-2243), "Server Behavior for Custom Headers".

import { isRecord } from '../../../base/records.ts'
import type { ParamHeader } from '../../wire/listing/param-headers.ts'

/** What is wrong with the headers of a call; undefined if nothing is. It names no value. */
export function headerFault(
  declared: readonly ParamHeader[],
  args: unknown,
  headers: Headers,
): string | undefined {
  for (const { path, header } of declared) {
    const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), args)
    const given = headers.get(header)
    // Null and values that no header can carry have no header. One that comes anyway was not made from these arguments.
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      if (given !== null) return `the header ${header} is there without the argument ${path.join('.')}`
      continue
    }
    if (given === null) return `the header ${header} is missing`
    const decoded = decodedHeader(given)
    if (decoded === undefined) return `the header ${header} is not valid Base64`
    if (!isSame(decoded, value)) return `the header ${header} and the argument ${path.join('.')} differ`
  }
  return undefined
}

/** `42.0` is 42. */
function isSame(decoded: string, value: unknown): boolean {
  if (typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(decoded)) return Number(decoded) === value
  return decoded === String(value)
}

/** The value in a header; undefined if it is marked as Base64 and is not. */
function decodedHeader(value: string): string | undefined {
  const [, base64] = /^=\?base64\?(.*)\?=$/.exec(value) ?? []
  if (base64 === undefined) return value
  const bytes = Buffer.from(base64, 'base64')
  // Buffer leaves out what does not belong there.
  if (bytes.toString('base64') !== base64) return undefined
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : undefined
}
