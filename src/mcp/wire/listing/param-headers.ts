// Arguments that a tool wants repeated in HTTP headers, so that proxies between us and the server can route by them:
// https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (SEP-2243), "x-mcp-header".

import { isRecord } from '../../../base/records.ts'

/** One argument, and the header that repeats it. */
export interface ParamHeader {
  /** Keys from the root of the arguments. */
  path: readonly string[]
  /** `Mcp-Param-…` */
  header: string
}

const KEY = 'x-mcp-header'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean'])

/** What a tool declares; or why its declaration is invalid, and the tool must not be used. */
export function paramHeaders(inputSchema: object): ParamHeader[] | { fault: string } {
  const found = declarationsIn(inputSchema, [])
  const [fault] = found.flatMap(one => ('fault' in one ? [one] : []))
  if (fault) return fault
  const declared = found.flatMap(one => ('header' in one ? [one] : []))
  const names = declared.map(one => one.header.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? declared : { fault: `two arguments have the header ${twice}` }
}

type Declaration = ParamHeader | { fault: string }

/** @param path undefined: below a keyword that is not `properties`, where nothing may be declared */
function declarationsIn(schema: unknown, path: readonly string[] | undefined): Declaration[] {
  if (Array.isArray(schema)) return schema.flatMap(one => declarationsIn(one, undefined))
  if (!isRecord(schema)) return []
  const own = KEY in schema ? [declarationAt(schema, path)] : []
  const below = Object.entries(schema).flatMap(([key, value]) => {
    if (key === KEY || DATA.has(key)) return []
    if (key !== 'properties') return declarationsIn(value, undefined)
    return Object.entries(isRecord(value) ? value : {}).flatMap(([name, child]) =>
      declarationsIn(child, path && [...path, name]),
    )
  })
  return [...own, ...below]
}

/** Keywords whose values are data, not schemas. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples'])

function declarationAt(schema: Record<string, unknown>, path: readonly string[] | undefined): Declaration {
  const name = schema[KEY]
  if (path === undefined || path.length === 0) return { fault: `${KEY} is not on an argument` }
  if (typeof name !== 'string' || !TOKEN.test(name))
    return { fault: `${KEY} of ${path.join('.')} is not the name of a header` }
  if (!TYPES.has(schema.type))
    return { fault: `${KEY} of ${path.join('.')} is on a value that no header can carry` }
  return { path, header: `Mcp-Param-${name}` }
}

/** The headers of one call. An argument that is missing or null has none. */
export function headersFor(
  declared: readonly ParamHeader[],
  args: Record<string, unknown>,
): Record<string, string> {
  return Object.fromEntries(
    declared.flatMap(({ path, header }) => {
      const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), args)
      const isSent = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
      return isSent ? [[header, encodedHeader(String(value))]] : []
    }),
  )
}

/** The value of a header. What is not plain ASCII, or looks encoded already, is sent as Base64. */
export function encodedHeader(value: string): string {
  const isPlain = /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !/^=\?base64\?.*\?=$/.test(value)
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`
}
