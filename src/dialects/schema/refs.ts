import { isRecord } from '../../base/records.ts'
import type { Json } from './plain.ts'

/** Most objects to search for an `$id` or `$anchor`. */
const MOST_SEARCHED = 5_000

/** The target of `$ref` from inside the resource `base` of the document `root`; undefined if it does not exist. */
export function refTarget(ref: string, base: Json, root: Json): unknown {
  const hash = ref.indexOf('#')
  const [file, fragment] = hash < 0 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)]
  const resources = file === '' ? [base, root] : [withId(root, file)]
  for (const resource of resources) {
    const found = resource && atFragment(resource, fragment)
    if (found !== undefined) return found
  }
  return undefined
}

function atFragment(resource: Json, fragment: string): unknown {
  if (fragment === '') return resource
  if (!fragment.startsWith('/')) return withAnchor(resource, decoded(fragment))
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

/** Finds a resource by its whole id, or by its file name if ids are URLs. */
function withId(root: Json, file: string): Json | undefined {
  const name = (id: string) => id.replace(/#$/, '')
  return findObject(root, one => {
    const id = one.$id ?? one.id
    return typeof id === 'string' && (name(id) === file || name(id).endsWith(`/${file}`))
  })
}

function withAnchor(resource: Json, anchor: string): Json | undefined {
  return findObject(
    resource,
    one => one.$anchor === anchor || one.$dynamicAnchor === anchor || one.$id === `#${anchor}`,
  )
}

function findObject(root: Json, isIt: (one: Json) => boolean): Json | undefined {
  const seen = new Set<unknown>()
  const open: unknown[] = [root]
  for (let at = 0; at < open.length && seen.size < MOST_SEARCHED; at++) {
    const one = open[at]
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (isRecord(one) && isIt(one)) return one
    open.push(...Object.values(one))
  }
  return undefined
}
