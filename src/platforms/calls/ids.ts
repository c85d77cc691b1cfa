import { createHash } from 'node:crypto'

const LONGEST = 64

/**
 * Call ids that Anthropic accepts in one request: `^[a-zA-Z0-9_-]+$`, and unique in the conversation. Other platforms'
 * ids may contain anything, and some start over with each turn. The same history always gets the same ids; otherwise the
 * prompt cache would never hit.
 */
export function legalIds() {
  const used = new Set<string>()
  const latest = new Map<string, string>()
  return {
    ofCall(id: string): string {
      const legal = unused(legalOf(id), used)
      used.add(legal)
      latest.set(id, legal)
      return legal
    },
    /** The id of the last call with this original id. */
    ofResult: (id: string): string => latest.get(id) ?? legalOf(id),
  }
}

/** A model may have called a tool by an impossible name, which the API would reject in a history. */
export function legalName(name: string): string {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? name : 'unknown'
}

function legalOf(id: string): string {
  if (/^[a-zA-Z0-9_-]+$/.test(id) && id.length <= LONGEST) return id
  const plain = id.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 32)
  return `${plain}_${createHash('sha256').update(id).digest('hex').slice(0, 12)}`
}

function unused(id: string, used: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const next = count === 1 ? id : `${id}_${count}`
    if (!used.has(next)) return next
  }
}
