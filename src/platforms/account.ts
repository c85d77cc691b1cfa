import { createHash } from 'node:crypto'
import { fileStamp } from '../base/files.ts'
import type { EnvironmentProxies } from '../config/env.ts'
import type { PlatformSettings } from '../config/project.ts'
import { platformCredentials } from '../config/resolve/shared.ts'
import { stampOf } from './network.ts'

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
  return [vendor, name, model, hashOf(account)].join(':')
}

/**
 * A hash of everything that a platform's requests are made with, apart from its settings: values of credentials, files, and
 * the environment's proxies. After a change, a request may succeed that failed before.
 */
export function meansPrint(
  platform: PlatformSettings,
  secretOf: (name: string) => string | undefined,
  proxies: EnvironmentProxies,
): string {
  const { caFile, clientCertificate, proxy } = platform.network
  const values = platformCredentials(platform).map(name => secretOf(name) ?? null)
  const signIn = platform.vertex?.credentialsFile
  const files = [stampOf({ caFile, ...clientCertificate }), signIn && fileStamp(signIn)]
  return hashOf([values, files, proxy === undefined ? proxies : null])
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
