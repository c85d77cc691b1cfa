import type { ModelCall } from '../platforms/platform.ts'

/** A call with the arguments' own names, where a dialect could not take them. */
export function restored(call: ModelCall, keys: ReadonlyMap<string, string> | undefined): ModelCall {
  return keys && keys.size > 0 ? renamed(call, key => keys.get(key) ?? key) : call
}

/** The other way round, for a history. */
export function translated(call: ModelCall, keys: ReadonlyMap<string, string> | undefined): ModelCall {
  if (!keys || keys.size === 0) return call
  const legal = new Map([...keys].map(([name, own]) => [own, name]))
  return renamed(call, key => legal.get(key) ?? key)
}

/** At any depth: a legal name ends in a hash, so it means nothing else anywhere. */
function renamed(call: ModelCall, nameOf: (key: string) => string): ModelCall {
  if (!call.args) return call
  const args = walked(call.args, nameOf) as Record<string, unknown>
  return { ...call, args, rawArgs: JSON.stringify(args) }
}

function walked(value: unknown, nameOf: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map(item => walked(item, nameOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [nameOf(key), walked(item, nameOf)]))
}
