import { type Customer, keyText, type Server } from '../../config/project.ts'
import { definitionOf, isForeign, missingOf, type Stack, wantedCompose } from '../stack.ts'
import type { Found } from './sight.ts'

/** What runs is not what the configuration asks for now. */
export interface Drift {
  /** `other`: it may be another system, another customer's even. `credential`: the same one, known by another key. */
  kind: 'other' | 'credential'
  reason: string
}

export type DriftFinder = (server: Server, found: Found) => Drift | undefined

/** Compares what runs of these customers with the configuration as it is at this moment. */
export function driftFinder(stack: Stack, customers: readonly Customer[]): DriftFinder {
  const compose = wantedCompose(stack.project, undefined, customers)
  return (server, { runtime, observed }) => {
    if (isForeign(stack.project, observed))
      return { kind: 'other', reason: `it was started from ${observed.configFile}` }
    if (observed.definition !== definitionOf(stack, compose, server, runtime.kind))
      return { kind: 'other', reason: `what runs is not ${keyText(observed)} as it is configured now` }
    // Another terminal may know fewer credentials than the one that started it: no sign of a change.
    if (observed.credentials === '' || missingOf(stack, server).length > 0) return undefined
    const now = stack.state.fingerprint(stack.state.secrets(server))
    if (observed.credentials === now) return undefined
    return { kind: 'credential', reason: 'a credential has changed since it was started' }
  }
}
