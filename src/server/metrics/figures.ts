import type { MeterListener } from '../meter.ts'
import type { Series } from './series.ts'

/** The series, whose library is loaded while the server starts. Until then, what is heard waits. */
export function openFigures(): MeterListener & Pick<Series, 'text'> {
  const loaded = import('./series.ts').then(({ openSeries }) => openSeries())
  let series: Series | undefined
  const hear = (tell: (series: Series) => void) => {
    if (series) tell(series)
    else void loaded.then(tell)
  }
  void loaded.then(one => {
    series = one
  })
  return {
    request: of => hear(one => one.request(of)),
    call: of => hear(one => one.call(of)),
    session: of => hear(one => one.session(of)),
    turnedAway: of => hear(one => one.turnedAway(of)),
    text: async customer => (await loaded).text(customer),
  }
}
