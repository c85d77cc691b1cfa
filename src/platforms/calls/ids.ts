import { createHash } from 'node:crypto'

/** What a vendor accepts as the id of a call. */
export interface IdRules {
  legal: RegExp
  longest: number
}

/**
 * Call ids that a vendor accepts in one request, unique in the conversation. Other platforms' ids may contain anything, and
 * some start over with each turn. The same history always gets the same ids; otherwise the prompt cache would never hit.
 */
export function legalIds(rules: IdRules) {
  const used = new Set<string>()
  const latest = new Map<string, string>()
  return {
    ofCall(id: string): string {
      const legal = unused(id, used, rules)
      used.add(legal)
      latest.set(id, legal)
      return legal
    },
    /** The id of the last call with this original id. */
    ofResult: (id: string): string => latest.get(id) ?? legalOf(id, rules),
  }
}

/** A model may have called a tool by an impossible name, which the API would reject in a history. */
export function legalName(name: string): string {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? name : 'unknown'
}

const HASH = 12

function legalOf(id: string, { legal, longest }: IdRules): string {
  if (legal.test(id) && id.length <= longest) return id
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH)
  const plain = id.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, longest - HASH - 1)
  const readable = `${plain}_${hash}`
  return legal.test(readable) && readable.length <= longest ? readable : hash.slice(0, longest)
}

function unused(id: string, used: ReadonlySet<string>, rules: IdRules): string {
  for (let count = 1; ; count++) {
    const next = legalOf(count === 1 ? id : `${id}_${count}`, rules)
    if (!used.has(next)) return next
  }
}
