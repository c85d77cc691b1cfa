import { createHash } from 'node:crypto'

const LONGEST = 64

/**
 * Ids of calls as Anthropic takes them, `^[a-zA-Z0-9_-]+$` and none twice in a conversation, for one request. Those
 * of other platforms may hold anything, and some begin anew with each turn. The same history gives the same ids, or
 * no prompt would be found in the cache.
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
    /** Of the last call with this id. */
    ofResult: (id: string): string => latest.get(id) ?? legalOf(id),
  }
}

/** A model, of whichever platform, may have called what no tool can be called; such a name is refused in a history. */
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
