const VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  1,
  7.5,
  '',
  'x',
  'a',
  'https://x.example',
  [],
  [1],
  ['x'],
  {},
  { a: 1 },
]

type Args = Record<string, unknown>

/** Variants of these arguments: each with one value at any depth removed, replaced or added. Not all are valid. */
export function variantsOf(valid: readonly Args[]): Args[] {
  return valid.flatMap(args => changed(args, 0) as Args[]).filter(isArgs)
}

function isArgs(value: unknown): value is Args {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function changed(value: unknown, depth: number): unknown[] {
  if (depth > 4) return []
  if (Array.isArray(value))
    return [...VALUES, [...value, 'x'], ...value.flatMap((_, i) => inPlace(value, i, depth))]
  if (!isArgs(value)) return VALUES
  const entries = Object.entries(value)
  const without = entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key)))
  const within = entries.flatMap(([key, item]) =>
    changed(item, depth + 1).map(other =>
      Object.fromEntries([...entries.filter(([k]) => k !== key), [key, other]]),
    ),
  )
  const more = VALUES.map(other => Object.fromEntries([...entries, ['more', other]]))
  return [...(depth > 0 ? VALUES : []), ...without, ...within, ...more]
}

function inPlace(list: unknown[], at: number, depth: number): unknown[] {
  return changed(list[at], depth + 1).map(other => list.toSpliced(at, 1, other))
}
