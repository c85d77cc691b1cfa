import { isRecord } from '../../base/records.ts'
import type { PolicyRule } from '../../config/project.ts'
import { fitsPattern } from '../../config/settings/tool-patterns.ts'

/**
 * Whether the arguments fulfil all conditions of a rule. Where a list leads to several values, a rule that allows needs all of
 * them to match, and any other rule one: nothing slips through in a list beside something harmless.
 */
export function fitsArguments(
  args: unknown,
  { arguments: conditions, action }: Pick<PolicyRule, 'arguments' | 'action'>,
): boolean {
  return conditions.every(({ path, values }) => {
    const found = valuesAt(args, path)
    const fits = (value: unknown) => isScalar(value) && values.some(one => fitsPattern(String(value), one))
    return action === 'allow' ? found.length > 0 && found.every(fits) : found.some(fits)
  })
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** Everything that the path leads to, through lists too; undefined for a value that is missing. */
function valuesAt(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap(one => valuesAt(one, path))
  if (path === '') return [value]
  if (!isRecord(value)) return [undefined]
  // A key may contain dots itself.
  const keys = prefixesOf(path).filter(key => Object.hasOwn(value, key))
  return keys.length === 0
    ? [undefined]
    : keys.flatMap(key => valuesAt(value[key], path.slice(key.length + 1)))
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`. */
function prefixesOf(path: string): string[] {
  const parts = path.split('.')
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
}
