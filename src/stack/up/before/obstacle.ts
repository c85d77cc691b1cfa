import type { Server } from '../../../config/project.ts'
import type { Obstacle, RuntimeKind } from '../../../runtimes/runtime.ts'
import type { Stack } from '../../stack.ts'
import { consentObstacle } from './consent.ts'
import { credentialFileObstacle } from './credential-files.ts'
import { volumeObstacle } from './volumes.ts'

/** Why a server must not be started as it is configured now. */
export function startObstacle(stack: Stack, server: Server, runtime: RuntimeKind): Obstacle | undefined {
  return (
    consentObstacle(stack.state.consent, server) ??
    volumeObstacle(stack, server) ??
    credentialFileObstacle(stack, server, runtime)
  )
}
