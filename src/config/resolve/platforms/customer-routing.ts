import type { RoutingInput } from '../../document/schema/platforms.ts'
import type { Customer, CustomerRouting, PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { checkRoute, routesIn, splitRoute, tiersOf } from './routing.ts'

/** What the customer overrides: only the keys that are set. */
export function customerRouting(input: RoutingInput = {}): CustomerRouting {
  const { strategy, order, tiers } = input
  return {
    ...(strategy && { strategy }),
    ...(order && { order }),
    ...(tiers && { tiers: tiersOf(input) }),
  }
}

/** Checks every customer's routing. A route that the customer is not allowed to use would never be asked. */
export function reportCustomerRouting(
  context: ResolveContext,
  customers: readonly Customer[],
  platforms: PlatformSettings[],
): void {
  const { document, reporter } = context
  for (const [i, { routing }] of document.customers.entries()) {
    if (!routing) continue
    const at = ['customers', i, 'routing']
    const allowed = customers[i]?.platformsAllowed
    for (const { route, path } of routesIn(routing, at)) {
      checkRoute(context, platforms, route, path)
      const { platform } = splitRoute(route)
      if (allowed && !allowed.includes(platform) && platforms.some(one => one.name === platform))
        reporter.warn(
          path,
          `is never asked: ${platform} may not see this customer's data`,
          `remove it, or add "${platform}" to its "platforms_allowed"`,
        )
    }
    const strategy = routing.strategy ?? document.routing?.strategy ?? 'order'
    if (routing.order && routing.strategy === undefined && strategy !== 'order')
      reporter.warn(
        [...at, 'order'],
        `decides only between equals: the file's strategy is "${strategy}"`,
        'add "strategy": "order" to this customer\'s "routing" to ask in this order',
      )
  }
}
