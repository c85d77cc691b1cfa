import { unsendableCredentials } from '../../config/missing-credentials.ts'
import { type Customer, keyOf, type Server } from '../../config/project.ts'
import { definitionFinder } from '../definition.ts'
import { missingOf, type Stack } from '../stack.ts'
import { driftFinder } from './drift.ts'
import { signInProblemOf } from './external.ts'
import type { Facts } from './judge.ts'
import { type Found, lookAround, type Sight } from './sight.ts'

/** One look at the servers of some customers, valid only for that moment. */
export interface Look {
  sight: Sight
  /** Everything known about one server without probing it. */
  factsOf(server: Server, found: Found | undefined): Omit<Facts, 'probed'>
}

/** Looks at every runtime once. Throws `missing` if one that these customers' servers need cannot be asked. */
export async function lookAt(
  stack: Stack,
  customers: readonly Customer[],
  signal?: AbortSignal,
): Promise<Look> {
  const sight = await lookAround(
    stack,
    customers.flatMap(one => one.servers),
    signal,
  )
  const definitionOf = definitionFinder(stack.project, customers)
  const drift = driftFinder(stack, definitionOf)
  const failureOf = (server: Server) => {
    const failure = stack.state.failures.of(keyOf(server))
    return failure && failure.definition === definitionOf(server, failure.runtime) ? failure : undefined
  }
  return {
    sight,
    factsOf: (server, found) => ({
      ...basicFacts(stack, server),
      observed: server.managed ? found?.observed : undefined,
      failure: server.managed && found?.observed.life !== 'running' ? failureOf(server) : undefined,
      drift: server.managed && found ? drift(server, found) : undefined,
    }),
  }
}

/** The facts that need no look at a runtime, as if nothing ran. */
export function basicFacts(stack: Stack, server: Server): Omit<Facts, 'probed'> {
  const missing = missingOf(stack, server)
  return {
    server,
    observed: undefined,
    missing,
    unsendable: unsendableCredentials(server, stack.credentials),
    sourceFaults: missing.flatMap(name => {
      const { reason, hint } = stack.credentials.find(name)
      return reason === '' ? [] : [{ name, reason, hint }]
    }),
    signIn: signInProblemOf(stack, server),
    refused: stack.state.bindings.refusalsOf({ server }),
    failure: undefined,
    drift: undefined,
    now: Date.now(),
    graceMs: stack.project.start.upMs,
    credentialsFile: stack.credentials.file,
  }
}
