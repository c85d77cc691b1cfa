import type { App, PlatformChoice } from '../../../app.ts'
import { EXIT } from '../../../base/errors.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import type { PlatformWork } from '../../../chat/commands/platforms/choice.ts'
import { type Customer, keyText } from '../../../config/project.ts'
import { customerWithId } from '../../../config/select.ts'
import { routingFor } from '../../../coordinator/route/rank.ts'
import type { Recorder } from '../../../recordings/record.ts'
import type { StackEvent } from '../../../stack/events.ts'
import { status } from '../../../stack/look/status.ts'
import { up } from '../../../stack/up/up.ts'
import type { Context } from '../../context.ts'

interface Talk extends PlatformChoice {
  customer: Customer
  /** What /help says about /quit (default: servers keep running). */
  leaving?: string | undefined
  recorder?: Recorder | undefined
}

/** The chat on this terminal, until the person leaves. */
export async function talk(
  { print, signal: ending }: Context,
  app: App,
  { customer, leaving, recorder, platform, model }: Talk,
): Promise<number> {
  const choices = new Map<string, PlatformChoice>()
  const choiceOf = (id: string) => choices.get(id) ?? { platform, model }
  const [{ runChat }, session, platforms] = await Promise.all([
    import('../../../chat/run.tsx'),
    app.openSession(choiceOf, recorder),
    platformWork(app, { choiceOf, choose: (id, one) => void choices.set(id, one) }),
  ])
  const { project, stack } = app
  await runChat({
    session,
    project,
    customer,
    platforms,
    color: print.color,
    signal: ending,
    ...(leaving === undefined ? {} : { leaving }),
    status: async (one, signal) => (await status(stack, [one], { strays: 'left-out', signal })).servers,
    async up(one, say, signal) {
      await up(stack, {
        customers: [one],
        scope: 'part',
        mode: 'apply',
        until: 'ready',
        timeoutMs: project.start.upMs,
        command: 'chat',
        emit: event => sayEvent(event, say),
        signal,
      })
    },
  })
  return EXIT.ok
}

async function platformWork(
  app: App,
  choices: Pick<PlatformWork, 'choose' | 'choiceOf'>,
): Promise<PlatformWork> {
  const [coordinator, usage] = await Promise.all([app.coordinator(), app.usage()])
  // A chat stays open for hours: notice platforms that fail or recover before a question reaches them.
  coordinator.watch()
  const customerOf = (id: string) => customerWithId(app.project, id)
  return {
    ...choices,
    check: (id, wanted) => void coordinator.routes({ customer: customerOf(id), ...wanted }),
    strategy(id) {
      const { strategy } = routingFor(app.project.routing, customerOf(id))
      return strategy === 'order' ? undefined : strategy
    },
    routes: id =>
      coordinator.routes({ customer: customerOf(id) }).map(({ route, breaker }) => ({
        platform: route.platform.name,
        model: route.model,
        breaker,
      })),
    endPause: name => coordinator.reset(name).some(one => one.state === 'open'),
    turnsToday: id => usage.turns(new Date().setHours(0, 0, 0, 0), id),
  }
}

/** Says nothing about servers that are not ready: the toolset that follows names them with the same reason. */
function sayEvent(event: StackEvent, say: (text: string, hint?: string) => void): void {
  if (event.type === 'state' && event.state === 'ready')
    say(`${event.server}: ${[stateWords(event.state), event.reason].filter(Boolean).join(', ')}`, event.hint)
  if (event.type === 'progress' && event.phase === 'preparing') say(`${keyText(event)}: ${event.text}`)
  if (event.type === 'waiting' || event.type === 'note') say(event.text)
}
