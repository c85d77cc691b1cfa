import type { ModelCall } from '../platforms/platform.ts'

/** A call with its arguments' original names, if the dialect needed other names. */
export function withOriginalArgs(call: ModelCall, keys: ReadonlyMap<string, string> | undefined): ModelCall {
  return keys && keys.size > 0 ? renamed(call, key => keys.get(key) ?? key) : call
}

/** The reverse of withOriginalArgs(), for a history. */
export function withLegalArgs(call: ModelCall, keys: ReadonlyMap<string, string> | undefined): ModelCall {
  if (!keys || keys.size === 0) return call
  const legal = new Map([...keys].map(([name, own]) => [own, name]))
  return renamed(call, key => legal.get(key) ?? key)
}

/** Renames at any depth: a replaced name ends in a hash, so it cannot occur by chance. */
function renamed(call: ModelCall, nameOf: (key: string) => string): ModelCall {
  if (!call.args) return call
  const args = renamedKeys(call.args, nameOf) as Record<string, unknown>
  return { ...call, args, rawArgs: JSON.stringify(args) }
}

function renamedKeys(value: unknown, nameOf: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map(item => renamedKeys(item, nameOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [nameOf(key), renamedKeys(item, nameOf)]),
  )
}
