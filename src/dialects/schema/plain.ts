// The intermediate form between JSON Schema as servers write it and schemas as vendors accept them.

import { isRecord } from '../../base/records.ts'

export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'

/**
 * A schema without references, booleans, tuples and conditions. Every value that is valid under the original schema is
 * valid under this one.
 */
export interface PlainSchema {
  /** undefined = any. */
  types?: TypeName[] | undefined
  /** Strings, numbers, booleans and null. */
  enum?: Scalar[] | undefined
  properties?: Record<string, PlainSchema> | undefined
  required?: string[] | undefined
  /** undefined = anything. */
  additional?: PlainSchema | false | undefined
  items?: PlainSchema | undefined
  /** At least two, each with a constraint. */
  anyOf?: PlainSchema[] | undefined
  /** Keywords that are copied: minimum, pattern, format, default, … */
  bounds?: Record<string, unknown> | undefined
  title?: string | undefined
  description?: string | undefined
  /** Dropped constraints, for the description. */
  notes?: string[] | undefined
}

export type Scalar = string | number | boolean | null

export type Json = Record<string, unknown>

export function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** Whether it accepts anything; texts are not constraints. */
export function isAny(plain: PlainSchema): boolean {
  const { title, description, notes, bounds, ...demands } = plain
  const saysNothing = Object.keys(bounds ?? {}).every(key => key === 'default' || key === 'examples')
  return saysNothing && Object.values(demands).every(demand => demand === undefined)
}

export function fitsType(value: Scalar, types: readonly TypeName[] | undefined): boolean {
  if (types === undefined) return true
  if (value === null) return types.includes('null')
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  return types.includes(typeof value as TypeName)
}

const MOST_NAMED = 12

/** Names the properties of an object whose contents are dropped. */
export function namesNote(properties: unknown): string[] {
  const names = isRecord(properties) ? Object.keys(properties) : []
  if (names.length === 0) return []
  return [`with ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`]
}
