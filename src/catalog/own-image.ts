import { createHash, type Hash } from 'node:crypto'
import { join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'

/** The parts of one of our images: a bundled program and the Dockerfile that copies it. */
export interface OwnImageParts {
  program: string
  dockerfile: string
}

/**
 * The full name of our image for `program`: `<namePrefix>/<program>:<12 hex digits>`. The digits are a hash of the
 * content (bundle, Dockerfile, base), so that an outdated image is never mistaken for the current one. Reads dist/;
 * throws `missing` if supportmax itself is not built.
 */
export function ownImage(program: string, build: { base: string; namePrefix: string }): string {
  const hash = contentOf(program).hash.copy().update(measured(build.base))
  return `${build.namePrefix}/${program}:${hash.digest('hex').slice(0, 12)}`
}

/** Text of the bundle and of its Dockerfile. */
export function ownImageParts(program: string): OwnImageParts {
  return contentOf(program).parts
}

/** Read once, so that the image that is built is the one that was named, even if dist/ is replaced in between. */
const contents = new Map<string, { parts: OwnImageParts; hash: Hash }>()

function contentOf(program: string): { parts: OwnImageParts; hash: Hash } {
  const known = contents.get(program)
  if (known) return known
  const parts = {
    program: readPart(program, join(packageRoot(), 'dist', 'mcps', `${program}.mjs`)),
    dockerfile: readPart(program, join(packageRoot(), 'templates', 'images', 'server.Dockerfile')),
  }
  const hash = createHash('sha256').update(measured(parts.program)).update(measured(parts.dockerfile))
  contents.set(program, { parts, hash })
  return { parts, hash }
}

/** With its length in front, parts cannot be mistaken for others that join to the same text. */
function measured(part: string): string {
  return `${part.length}:${part}`
}

function readPart(program: string, path: string): string {
  const text = readIfThere(path)
  if (text !== undefined) return text
  throw new SupportError('missing', `image of ${program}: ${path} is missing`, {
    hint: 'run `npm run build`, or reinstall supportmax',
  })
}
