import { join } from 'node:path'
import { SupportError } from '../../../base/errors.ts'
import { packageRoot } from '../../../base/package-root.ts'
import { lockName } from '../../../packages/lock/place.ts'
import { type PackageSource, parsePackage } from '../../../packages/spec.ts'

/** The package of a type of the catalogue, with the lock that comes with supportmax. */
export function catalogPackage({
  package: text,
  bin,
}: {
  package: string
  bin?: string | undefined
}): PackageSource {
  const spec = parsePackage(text)
  if ('message' in spec)
    throw new SupportError('missing', `the catalogue names ${text}, which ${spec.message}`, {
      hint: 'reinstall supportmax',
    })
  const lockFile = join(packageRoot(), 'templates', 'mcp-locks', lockName(spec))
  return { ...spec, bin, allowScripts: [], lockFile }
}
