import { dirname, resolve } from 'node:path'
import type { Path } from '../../../../document/problems.ts'
import type { ServerInput } from '../../../../document/schema/document.ts'
import type { Volume } from '../../../../project.ts'
import { referencesIn } from '../../../../references.ts'
import type { ResolveContext } from '../../../context.ts'

/** Folders and files for a container, as `source:target`; everything is mounted read-only. */
export function volumesOf({ reporter, file }: ResolveContext, input: ServerInput, at: Path): Volume[] {
  const { volumes = [] } = input
  return volumes.flatMap((text, index): Volume[] => {
    const path = [...at, 'volumes', index]
    const [, source = '', target = '', mode] = /^([^:]+):([^:]+)(?::([^:]*))?$/.exec(text) ?? []
    const fault = faultOf(source, target, mode)
    if (fault) reporter.error(path, fault.message, fault.hint)
    else if (referencesIn(text).length > 0)
      reporter.error(path, 'must not name a credential', 'write the paths here')
    else return [{ source: resolve(dirname(file), source), target }]
    return []
  })
}

function faultOf(source: string, target: string, mode = 'ro') {
  if (source === '' || !target.startsWith('/'))
    return {
      message: 'must be "source:target", with an absolute path as the target',
      hint: 'write it like "./data:/data"',
    }
  // A name without a slash is a volume of the engine, which two customers could share.
  if (!/^[./]/.test(source))
    return {
      message: 'names a volume of the engine, which customers could share',
      hint: `write a path, such as "./${source}:${target}"`,
    }
  if (mode !== 'ro')
    return { message: 'is writable, but volumes are mounted read-only', hint: 'write it without ":rw"' }
  return undefined
}
