import { join } from 'node:path'
import type { PackageSpec } from '../spec.ts'

/** The folder for locks, beside the configuration. */
const LOCK_FOLDER = 'mcp-locks'

const ENDINGS = { npm: 'package-lock.json', pypi: 'requirements.txt' }

/** `npm-@playwright+mcp@0.0.83.package-lock.json`. No name has a plus sign, so no two packages share a file. */
export function lockName({ registry, name, extras, version }: PackageSpec): string {
  const whole = [name.replace('/', '+'), ...extras].join('+')
  return `${registry}-${whole}${version === undefined ? '' : `@${version}`}.${ENDINGS[registry]}`
}

/** Where the lock of a package is kept. `folder`: the one with the configuration. */
export function lockPath(folder: string, spec: PackageSpec): string {
  return join(folder, LOCK_FOLDER, lockName(spec))
}
