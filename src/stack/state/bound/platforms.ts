import { SupportError } from '../../../base/errors.ts'
import type { RefusalOf } from '../../../coordinator/route/routes.ts'
import type { openPlatform } from '../../../platforms/open.ts'
import type { Bindings } from './bindings.ts'

/** How the coordinator opens model platforms, so that no key goes to an address that it is not bound to. */
export function boundPlatforms(bindings: Bindings): { refusalOf: RefusalOf; open: typeof openPlatform } {
  const refusalOf: RefusalOf = platform => bindings.refusalsOf({ platform })[0]
  return {
    refusalOf,
    async open(platform, ...how) {
      bindings.bind([{ platform }])
      const refusal = refusalOf(platform)
      if (refusal) throw new SupportError('refused', refusal.reason, refusal)
      const { openPlatform } = await import('../../../platforms/open.ts')
      return openPlatform(platform, ...how)
    },
  }
}
