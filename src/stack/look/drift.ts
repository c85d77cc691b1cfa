import { keyText, type Server } from '../../config/project.ts'
import type { DefinitionOf } from '../definition.ts'
import { isForeign, knowsValues, type Stack } from '../stack.ts'
import { alteredCause } from './altered.ts'
import type { Found } from './sight.ts'

/** How a running server differs from the current configuration. */
export interface Drift {
  /**
   * `other`: it can serve another system, even another customer's. `credential`: the same system, with an older key.
   * `altered`: the same, but changed by hand.
   */
  kind: 'other' | 'credential' | 'altered'
  reason: string
}

export type DriftFinder = (server: Server, found: Found) => Drift | undefined

/** Compares what runs with the current configuration. */
export function driftFinder(stack: Stack, definitionOf: DefinitionOf): DriftFinder {
  return (server, { runtime, observed }) => {
    if (isForeign(stack.project, observed))
      return { kind: 'other', reason: `started from ${observed.configFile}` }
    if (observed.definition !== definitionOf(server, runtime.kind))
      return { kind: 'other', reason: `${keyText(observed)} runs with a different configuration` }
    const altered = alteredCause(server, observed)
    if (altered !== undefined) return { kind: 'altered', reason: altered }
    // Another terminal may know fewer credentials than the one that started it: that is not a change.
    if (observed.credentials === '' || !knowsValues(stack, server)) return undefined
    const now = stack.state.fingerprint(stack.state.secrets(server))
    if (observed.credentials === now) return undefined
    return { kind: 'credential', reason: 'credential changed' }
  }
}
