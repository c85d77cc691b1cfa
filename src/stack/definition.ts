import { createHash } from 'node:crypto'
import { ownImage } from '../catalog/own-image.ts'
import { launch } from '../config/launch.ts'
import { type Customer, isHeld, keyOf, keyText, type Project, type Server } from '../config/project.ts'
import type { ComposeFile } from '../exporters/compose/compose.ts'
import { readLock } from '../packages/lock/read.ts'
import type { PackageSource } from '../packages/spec.ts'
import type { RuntimeKind } from '../runtimes/runtime.ts'
import { wantedCompose } from './compose-file.ts'

/** Hash of one server's definition in a runtime; it changes when the server has to be recreated. */
export type DefinitionOf = (server: Server, runtime: RuntimeKind) => string

/** Definitions of these customers' servers. Builds the compose file only if a Docker definition is needed. */
export function definitionFinder(project: Project, customers: readonly Customer[]): DefinitionOf {
  let compose: ComposeFile | undefined
  return (server, runtime) => {
    if (runtime === 'local' && !isHeld(server)) return localDefinition(project, server)
    compose ??= wantedCompose(project, { only: customers })
    return composeDefinition(project, server, compose)
  }
}

function lockText(source: PackageSource): string | undefined {
  const lock = readLock(source)
  return lock.state === 'locked' ? lock.text : undefined
}

/** The definition of a service in the compose file; of one that the bridge holds, with the bridge. */
export function composeDefinition({ build }: Project, server: Server, { definitions }: ComposeFile): string {
  const definition = definitions.get(keyText(keyOf(server))) ?? ''
  return isHeld(server) ? hashOf([definition, ownImage('bridge', build)]) : definition
}

/** The definition of a local process. Its port is not part of it, because every free port is as good. */
export function localDefinition({ build }: Project, server: Server): string {
  const { local, limits, caFile } = server
  const program =
    local?.kind === 'own'
      ? ownImage(local.program, build)
      : local?.kind === 'bridge'
        ? [ownImage('bridge', build), local]
        : local?.kind === 'package'
          ? [ownImage('bridge', build), local.package, lockText(local.package)]
          : local?.kind === 'command'
            ? local.command
            : undefined
  const place = { address: '127.0.0.1', port: 0, hostPort: 0, caFile }
  return hashOf([program, launch(server, place), limits])
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
