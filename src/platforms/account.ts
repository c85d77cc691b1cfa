import { createHash } from 'node:crypto'

/**
 * The owner of what a vendor seals for itself (Carry.owner): a model in one account. Another key, address, project or region
 * is another account, and the vendor rejects what the old one sealed.
 *
 * @param account everything that tells accounts of this vendor apart; only its hash is kept
 */
export function ownerOf(
  vendor: string,
  { name, model }: { name: string; model: string },
  account: readonly (string | null | undefined)[],
): string {
  const print = createHash('sha256').update(JSON.stringify(account)).digest('hex').slice(0, 16)
  return [vendor, name, model, print].join(':')
}
