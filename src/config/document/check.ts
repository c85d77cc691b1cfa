import { z } from 'zod'
import { isRecord } from '../../base/records.ts'
import { didYouMean, oneLine, quotedList } from '../../base/text/words.ts'
import { reportOtherClient } from './other-client.ts'
import type { Path, Reporter } from './problems.ts'
import { type DocumentInput, documentSchema } from './schema/document.ts'

/** Most commands check one document: compiling the schema takes longer than that. */
const ONCE = { jitless: true }

/**
 * Reports every error in the shape of the document. Returns the document without the wrong parts, so that the rest can
 * be checked too; undefined when nothing is left.
 */
export function checkShape(value: unknown, reporter: Reporter): DocumentInput | undefined {
  if (reportOtherClient(value, reporter)) return undefined
  const parsed = documentSchema.safeParse(value, ONCE)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) reportIssue(issue, value, reporter)
  return salvage(value, parsed.error.issues)
}

/** Removes the wrong parts. A customer that is still wrong becomes an empty one, so that the others keep their index. */
function salvage(value: unknown, issues: z.core.$ZodIssue[]): DocumentInput | undefined {
  const copy: unknown = structuredClone(value)
  for (const issue of issues)
    for (const path of issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => [...issue.path, key])
      : [issue.path]) {
      const parent = valueAt(copy, path.slice(0, -1) as Path)
      const key = String(path.at(-1))
      if (isRecord(parent)) delete parent[key]
    }
  const customers = valueAt(copy, ['customers'])
  if (Array.isArray(customers))
    for (const [index, one] of customers.entries())
      if (!documentSchema.shape.customers.element.safeParse(one).success)
        customers[index] = { id: `unreadable-${index}`, name: `unreadable ${index}`, mcp_servers: [] }
  return documentSchema.safeParse(copy).data
}

function reportIssue(issue: z.core.$ZodIssue, value: unknown, reporter: Reporter): void {
  const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
  const got = valueAt(value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      reportUnknown(issue.keys, path, reporter)
      break
    case 'invalid_type':
      // In the file, a record is an object.
      reportType(issue.expected === 'record' ? 'object' : issue.expected, path, got, reporter)
      break
    case 'invalid_value': {
      const known = issue.values.map(String)
      const guess = typeof got === 'string' ? didYouMean(got, known) : ''
      reporter.error(path, `must be one of ${quotedList(known)}${guess}`)
      break
    }
    case 'invalid_key':
      reporter.error(path, oneLine(issue.issues[0]?.message ?? 'is not a valid key'))
      break
    default:
      reporter.error(path, oneLine(issue.message))
  }
}

function reportUnknown(keys: string[], path: Path, reporter: Reporter): void {
  const known = keysAt(documentSchema, path)
  for (const key of keys) {
    const secret = /^(token|password|secret|api_key|client_secret|oauth_client_secret)$/i.test(key)
    reporter.error(
      [...path, key],
      `unknown key${didYouMean(key, known)}`,
      secret
        ? 'put the value into mcp_credentials.env and its name here: this file holds no secrets'
        : `use one of: ${known.join(', ')}; keys that begin with _ are comments`,
    )
  }
}

function reportType(expected: string, path: Path, got: unknown, reporter: Reporter): void {
  if (got === undefined) reporter.error(path, 'is missing', `add "${String(path.at(-1))}" (${expected})`)
  else if (expected === 'int' && typeof got === 'number')
    reporter.error(path, `must be a whole number, not ${got}`)
  else reporter.error(path, `must be ${article(expected)}, not ${article(kindOf(got))}`)
}

function article(kind: string): string {
  if (kind === 'int') return 'a whole number'
  return /^[aeio]/.test(kind) ? `an ${kind}` : kind === 'null' ? 'null' : `a ${kind}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    value,
  )
}

/** The keys that the schema knows at a path. */
function keysAt(schema: unknown, path: Path): string[] {
  const inner = unwrap(schema)
  const [head, ...rest] = path
  if (inner instanceof z.ZodObject)
    return head === undefined ? Object.keys(inner.shape) : keysAt(inner.shape[String(head)], rest)
  if (head === undefined) return []
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest)
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest)
  return []
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema
}
