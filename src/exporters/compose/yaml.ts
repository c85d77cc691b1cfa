// The canonical form of what we write: every string in double quotes, two spaces a level. It is read again
// line by line (leases.ts); writing it with the yaml library takes 2 s for 3,000 services, this 0.1 s.
// The tests read it back with that library.

import { escapeOdd } from '../../base/text/words.ts'

/** Lines of `key: value` for a map, indented by `depth` levels. Holds maps, lists, strings, numbers, booleans. */
export function yamlMap(map: Record<string, unknown>, depth: number): string[] {
  const pad = '  '.repeat(depth)
  return Object.entries(map).flatMap(([key, value]) => {
    if (!isNested(value)) return [`${pad}${plainKey(key)}: ${quoted(value)}`]
    const inner = Array.isArray(value) ? yamlList(value, depth + 1) : yamlMap(value, depth + 1)
    if (inner.length === 0) return [`${pad}${plainKey(key)}: ${Array.isArray(value) ? '[]' : '{}'}`]
    return [`${pad}${plainKey(key)}:`, ...inner]
  })
}

function yamlList(list: unknown[], depth: number): string[] {
  const pad = '  '.repeat(depth)
  return list.flatMap(item => {
    if (!isNested(item) || Array.isArray(item)) return [`${pad}- ${quoted(item)}`]
    const [first = '', ...rest] = yamlMap(item, depth + 1)
    return [`${pad}- ${first.trimStart()}`, ...rest]
  })
}

function isNested(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === 'object' && value !== null
}

function plainKey(key: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(key) ? key : quoted(key)
}

/** Nearly every string, and worth a way of its own: there are a hundred thousand in a large file. */
const ASCII = /^[\x20-\x7e]*$/

/** JSON is YAML but for what JSON leaves unescaped, and for half a surrogate pair, which YAML cannot say at all. */
function quoted(value: unknown): string {
  if (typeof value !== 'string' || ASCII.test(value)) return JSON.stringify(value)
  return escapeOdd(JSON.stringify(value.toWellFormed()))
}
