import { isRecord, type Json } from './plain.ts'

/** Most objects to search for an `$id` or `$anchor`. */
const MOST_LOOKED_AT = 5_000

/** The target of `$ref` from inside the resource `base` of the document `root`; undefined = there is none. */
export function pointed(ref: string, base: Json, root: Json): unknown {
  const hash = ref.indexOf('#')
  const [file, fragment] = hash < 0 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)]
  const resources = file === '' ? [base, root] : [withId(root, file)]
  for (const resource of resources) {
    const found = resource && within(resource, fragment)
    if (found !== undefined) return found
  }
  return undefined
}

function within(resource: Json, fragment: string): unknown {
  if (fragment === '') return resource
  if (!fragment.startsWith('/')) return anchored(resource, decoded(fragment))
  let at: unknown = resource
  for (const part of fragment.slice(1).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Json)[key]
  }
  return at
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** By the whole id, or by the file name when ids are URLs. */
function withId(root: Json, file: string): Json | undefined {
  const name = (id: string) => id.replace(/#$/, '')
  return inside(root, one => {
    const id = one.$id ?? one.id
    return typeof id === 'string' && (name(id) === file || name(id).endsWith(`/${file}`))
  })
}

function anchored(resource: Json, anchor: string): Json | undefined {
  return inside(
    resource,
    one => one.$anchor === anchor || one.$dynamicAnchor === anchor || one.$id === `#${anchor}`,
  )
}

function inside(root: Json, isIt: (one: Json) => boolean): Json | undefined {
  const seen = new Set<unknown>()
  const open: unknown[] = [root]
  for (let at = 0; at < open.length && seen.size < MOST_LOOKED_AT; at++) {
    const one = open[at]
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (isRecord(one) && isIt(one)) return one
    open.push(...Object.values(one))
  }
  return undefined
}
