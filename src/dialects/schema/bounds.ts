import { isScalar, type Json } from './plain.ts'

/** Longest default or list of examples, as JSON; anything longer is data, not a hint. */
const LONGEST_VALUE = 500

const isNumber = (value: unknown) => Number.isFinite(value)
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0

/** Keywords that are copied if their value is valid by draft 2020-12. */
const BOUNDS: Record<string, (value: unknown) => boolean> = {
  minimum: isNumber,
  maximum: isNumber,
  // A boolean in draft 4, where it qualifies `minimum`, which is copied anyway.
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: value => isNumber(value) && (value as number) > 0,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  minProperties: isCount,
  maxProperties: isCount,
  uniqueItems: value => typeof value === 'boolean',
  format: value => typeof value === 'string' && value !== '',
  pattern: isPattern,
  default: isSmall,
  examples: value => Array.isArray(value) && isSmall(value),
}

/** Keywords that are dropped, with the name that the description mentions. */
const CONDITIONS: Record<string, string> = {
  not: 'not',
  if: 'if/then/else',
  dependentSchemas: 'dependentSchemas',
  dependentRequired: 'dependentRequired',
  dependencies: 'dependencies',
  patternProperties: 'patternProperties',
  propertyNames: 'propertyNames',
  contains: 'contains',
}

export function boundsOf(schema: Json): Record<string, unknown> | undefined {
  let found: Record<string, unknown> | undefined
  for (const key of Object.keys(schema))
    if (Object.hasOwn(BOUNDS, key) && BOUNDS[key]?.(schema[key])) {
      found ??= {}
      found[key] = schema[key]
    }
  return found
}

export function conditionNotes(schema: Json): string[] | undefined {
  const words = Object.keys(schema).filter(key => Object.hasOwn(CONDITIONS, key))
  if (words.length === 0) return undefined
  return [`further rules apply (${words.map(key => CONDITIONS[key]).join(', ')})`]
}

/** A pattern that the vendor's validator cannot read would get the whole tool rejected. */
function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false
  try {
    new RegExp(value, 'u')
    return true
  } catch {
    return false
  }
}

function isSmall(value: unknown): boolean {
  if (isScalar(value) && typeof value !== 'string') return true
  try {
    return (JSON.stringify(value)?.length ?? Infinity) <= LONGEST_VALUE
  } catch {
    return false
  }
}
