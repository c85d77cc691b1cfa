import type { PlatformSettings } from '../../project.ts'
import { referencesIn } from '../../references.ts'

/** Names of all credentials that requests to a platform need. */
export function platformCredentials({ apiKeyName, headers, network }: PlatformSettings): string[] {
  const texts = [...Object.values(headers), network.proxy ?? '']
  return [...(apiKeyName === undefined ? [] : [apiKeyName]), ...texts.flatMap(referencesIn)]
}
