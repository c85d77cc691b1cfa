import { EXIT, SupportError } from '../../../base/errors.ts'
import { clockTime } from '../../../base/text/amounts.ts'
import { didYouMean } from '../../../base/text/words.ts'
import type { BreakerState } from '../../../coordinator/route/breaker.ts'
import { kindWords } from '../../../coordinator/route/policy.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, open }, [name = '']) => {
  const app = await open()
  try {
    const names = app.project.platforms.filter(one => one.written || one.enabled).map(one => one.name)
    if (!names.includes(name))
      throw new SupportError('usage', `no such platform "${name}"${didYouMean(name, names)}`, {
        hint: `use one of: ${names.join(', ')}`,
      })
    const ended = (await app.coordinator()).reset(name)
    if (print.mode === 'json') print.json({ platform: name, ended: ended.map(endedJson) })
    else print.result(ended.map(one => endedText(name, one)).join('\n') || `${name} was not paused`)
    return EXIT.ok
  } finally {
    await app.close()
  }
}

function endedText(platform: string, state: Exclude<BreakerState, { state: 'closed' }>): string {
  const why = kindWords(state.kind)
  if (state.state === 'half-open') return `${platform} may be asked again (${why})`
  return `${state.key}: ended the pause until ${clockTime(state.until, Date.now())} (${why})`
}

function endedJson(state: Exclude<BreakerState, { state: 'closed' }>) {
  const until = state.state === 'open' ? new Date(state.until).toISOString() : null
  return { kind: state.kind, until }
}
