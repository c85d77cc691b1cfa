import type { Environment } from '../../config/env.ts'
import type { Coordinator } from '../../coordinator/coordinator.ts'
import type { UsageStore } from '../../store/usage.ts'
import type { Stack } from '../stack.ts'
import { boundPlatforms } from '../state/bound/platforms.ts'

/** The coordinator of the project's model platforms, with what earlier requests have taught. */
export async function coordinatorOf(
  { project, credentials, state }: Stack,
  { proxies }: Pick<Environment, 'proxies'>,
  usage: UsageStore,
): Promise<Coordinator> {
  const [{ openCoordinator }, { offersByCustomer }] = await Promise.all([
    import('../../coordinator/coordinator.ts'),
    import('../../dialects/offer.ts'),
  ])
  const { platforms, routing, spending } = project
  return openCoordinator({
    platforms,
    routing,
    secretOf: credentials.get,
    ...boundPlatforms(state.bindings),
    mayRun: platform => /^(allowed|not-needed)$/.test(state.consent.ofPlatform(platform)),
    proxies,
    past: usage.newest(MOST_PAST),
    spending,
    spentSince: usage.spentSince,
    prefixes: usage.prefixes,
    breakers: usage.breakers,
    saveBreaker: usage.saveBreaker,
    record: usage.add,
    offerFor: offersByCustomer(),
  })
}

/** Requests to read at the start; enough to know how fast each platform is. */
const MOST_PAST = 300
