import type { Project, Server } from '../../config/project.ts'
import { credentialNames, platformCredentials } from '../../config/resolve/shared.ts'
import type { Credentials } from '../../secrets/credentials.ts'

/** Names of credentials that have a value in the credentials file and are not needed without these servers. */
export function unusedWithout(
  removed: readonly Server[],
  { customers, platforms }: Project,
  credentials: Credentials,
): string[] {
  const others = customers.flatMap(one => one.servers).filter(one => !removed.includes(one))
  const needed = new Set([...others.flatMap(credentialNames), ...platforms.flatMap(platformCredentials)])
  const names = new Set(removed.flatMap(credentialNames))
  return [...names].filter(name => !needed.has(name) && credentials.find(name).source === 'credentials_file')
}
