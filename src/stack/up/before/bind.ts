import type { Server } from '../../../config/project.ts'
import { bindCredentials, type Stack } from '../../stack.ts'
import { consentObstacle } from './consent.ts'

/** Binds the credentials of servers that are about to start, except those that nobody has allowed to run. */
export function bindStarting(stack: Stack, servers: readonly Server[]): void {
  bindCredentials(
    stack,
    servers.filter(server => consentObstacle(stack.state.consent, server) === undefined),
  )
}
