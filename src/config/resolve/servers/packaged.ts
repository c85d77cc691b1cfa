import { dirname, join } from 'node:path'
import { SupportError } from '../../../base/errors.ts'
import { packageRoot } from '../../../base/package-root.ts'
import type { McpType } from '../../../catalog/type.ts'
import { lockName, lockPath } from '../../../packages/lock/place.ts'
import { type PackageSource, parsePackage } from '../../../packages/spec.ts'

interface NamedPackage {
  package: string
  bin?: string | undefined
}

/** The package of a type, if it has one. `ownFile`: the configuration with that type, if it is one of its own. */
export function packageOfType(
  { type, image }: McpType,
  ownFile: string | undefined,
): PackageSource | undefined {
  if (!('package' in image)) return undefined
  return ownFile === undefined ? catalogPackage(image) : ownTypePackage(type, image, ownFile)
}

/** The package of a type of the catalogue, with the lock that comes with supportmax. */
export function catalogPackage({ package: text, bin }: NamedPackage): PackageSource {
  const spec = parsePackage(text)
  if ('message' in spec)
    throw new SupportError('missing', `the catalogue names ${text}, which ${spec.message}`, {
      hint: 'reinstall supportmax',
    })
  const lockFile = join(packageRoot(), 'templates', 'mcp-locks', lockName(spec))
  return { ...spec, bin, allowScripts: [], lockFile }
}

/** The package of a project's own type, whose lock is beside its configuration. */
function ownTypePackage(
  type: string,
  { package: text, bin }: NamedPackage,
  configFile: string,
): PackageSource {
  const spec = parsePackage(text)
  if ('message' in spec)
    throw new SupportError('usage', `mcp-types/${type}.json: image.package: ${spec.message}`, {
      hint: spec.hint,
    })
  return { ...spec, bin, allowScripts: [], lockFile: lockPath(dirname(configFile), spec) }
}
