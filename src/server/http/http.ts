// The port with all that is behind it.

import type { DoorTokens } from '../../access/tokens/tokens.ts'
import type { Doors } from '../doors.ts'
import type { MeterListener } from '../meter.ts'
import type { GatewayFigures } from '../metrics/figures.ts'
import { createEntrance } from './entrance.ts'
import type { Identities } from './identity.ts'
import { type Listening, listen } from './listen.ts'
import { createRoutes } from './routes.ts'

export interface HttpOptions {
  doors: Doors
  tokens: DoorTokens
  identities: Identities
  meter: Pick<MeterListener, 'turnedAway'>
  figures: Pick<GatewayFigures, 'text'>
  /** Origins whose web pages may call. */
  origins: readonly string[]
  /** Called with our own faults, which clients are not shown. */
  onFault(error: Error): void
}

/** Opens the port on 127.0.0.1. Throws `usage` if it is taken. */
export function openHttp(options: HttpOptions, port: number): Promise<Listening> {
  const { doors, tokens, identities, meter, figures, origins, onFault } = options
  const entrance = createEntrance({
    findToken(token, customer) {
      // First, so that it takes the same time for a customer that does not exist.
      const found = tokens.find(token, customer)
      return doors.has(customer) ? found : undefined
    },
    metricsOf: tokens.metricsOf,
    identity: identities.current,
    origins,
  })
  return listen(createRoutes({ doors, entrance, meter, metrics: figures.text, origins, onFault }), port)
}
