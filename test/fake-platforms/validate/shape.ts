import type { z } from 'zod'
import type { Violation } from '../refuse/refused.ts'

/** How a vendor writes the place of a field: `tools[0].name` or `tools.0.name`. */
export type Style = 'openai' | 'anthropic' | 'google'

/** The first thing that is wrong with a body's shape, in the vendor's words. */
export function shapeOf(
  schema: z.ZodType,
  value: unknown,
  style: Style,
  at: readonly PropertyKey[] = [],
): Violation | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? []
  const found = issue && innermost(issue)
  return found && WORDS[style](found.issue, [...at, ...found.path])
}

type Issue = z.core.$ZodIssue

/** Of alternatives, what is wrong with the one that fits best: the one whose first fault lies deepest. */
function innermost(issue: Issue): { issue: Issue; path: PropertyKey[] } {
  if (issue.code !== 'invalid_union') return { issue, path: issue.path }
  const inner = issue.errors.flatMap(([one]) => (one ? [innermost(one)] : []))
  const best = inner.toSorted((a, b) => b.path.length - a.path.length)[0]
  return best?.path.length
    ? { issue: best.issue, path: [...issue.path, ...best.path] }
    : { issue, path: issue.path }
}

const WORDS: Record<Style, (issue: Issue, path: PropertyKey[]) => Violation> = {
  openai: (issue, path) => {
    if (issue.code === 'unrecognized_keys') {
      const param = bracketed([...path, issue.keys[0] ?? ''])
      return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
    }
    const param = bracketed(path)
    if (isMissing(issue))
      return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
    return { message: `Invalid '${param}': ${issue.message}.`, param, code: 'invalid_value' }
  },
  anthropic: (issue, path) => {
    if (issue.code === 'unrecognized_keys')
      return { message: 'Extra inputs are not permitted', param: [...path, issue.keys[0]].join('.') }
    return { message: isMissing(issue) ? 'Field required' : issue.message, param: path.join('.') }
  },
  google: (issue, path) => {
    const param = bracketed(path)
    const message =
      issue.code === 'unrecognized_keys'
        ? `Invalid JSON payload received. Unknown name "${issue.keys[0]}"${param && ` at '${param}'`}: Cannot find field.`
        : `Invalid value at '${param}': ${issue.message}`
    return { message, param: param || undefined }
  },
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.message.includes('received undefined')
}

export function bracketed(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${String(step)}`))
    .join('')
}

/** The first violation that one of them finds. */
export function first(...finders: (() => Violation | undefined)[]): Violation | undefined {
  for (const find of finders) {
    const found = find()
    if (found) return found
  }
  return undefined
}

/** The first violation in a list of things. */
export function firstOf<T>(
  items: readonly T[],
  find: (item: T, index: number) => Violation | undefined,
): Violation | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index)
    if (found) return found
  }
  return undefined
}

/** The first name that stands there twice. */
export function twice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
