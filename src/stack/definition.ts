import { createHash } from 'node:crypto'
import { ownImage } from '../catalog/own-image.ts'
import { launch } from '../config/launch.ts'
import { type Customer, keyOf, keyText, type Project, type Server } from '../config/project.ts'
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
    if (runtime === 'local') return localDefinition(project, server)
    compose ??= wantedCompose(project, { only: customers })
    return compose.definitions.get(keyText(keyOf(server))) ?? ''
  }
}

function lockText(source: PackageSource): string | undefined {
  const lock = readLock(source)
  return lock.state === 'locked' ? lock.text : undefined
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
          : local?.command
  const place = { address: '127.0.0.1', port: 0, hostPort: 0, caFile }
  const definition = JSON.stringify([program, launch(server, place), limits])
  return createHash('sha256').update(definition).digest('hex').slice(0, 16)
}
