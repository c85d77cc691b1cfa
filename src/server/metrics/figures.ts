import type { MeterListener } from '../meter.ts'
import type { Series } from './series.ts'

export interface GatewayFigures extends MeterListener, Pick<Series, 'text'> {
  /** Loads the library of the series. Until then, the figures are kept for it. */
  load(): void
}

export function openFigures(): GatewayFigures {
  let series: Series | undefined
  /** Undefined once the library could not be loaded: nobody may ever hear them. */
  let waiting: ((series: Series) => void)[] | undefined = []
  let loading: Promise<Series> | undefined
  async function loaded(): Promise<Series> {
    try {
      const { openSeries } = await import('./series.ts')
      const opened = openSeries()
      for (const tell of waiting ?? []) tell(opened)
      series = opened
      return opened
    } catch (error) {
      loading = undefined
      throw error
    } finally {
      waiting = undefined
    }
  }
  const load = () => (loading ??= loaded())
  const hear = (tell: (series: Series) => void) => {
    if (series) tell(series)
    else waiting?.push(tell)
  }
  return {
    request: of => hear(one => one.request(of)),
    call: of => hear(one => one.call(of)),
    session: of => hear(one => one.session(of)),
    turnedAway: of => hear(one => one.turnedAway(of)),
    // A failure is reported when the text is requested: after an update, a file of the running program may be gone.
    load: () => void load().catch(() => {}),
    text: async customer => (await load()).text(customer),
  }
}
