import type { App, PlatformWish } from '../../../app.ts'
import { EXIT } from '../../../base/errors.ts'
import { type Customer, keyText } from '../../../config/project.ts'
import type { StackEvent } from '../../../stack/events.ts'
import { status } from '../../../stack/look/status.ts'
import { up } from '../../../stack/up/up.ts'
import type { Context } from '../../context.ts'

export interface Talk extends PlatformWish {
  customer: Customer
  /** What leaving does, for /help, where it is not that servers go on running. */
  leaving?: string | undefined
}

/** The chat on this terminal, until the person leaves. */
export async function talk(
  { print, signal: ending }: Context,
  app: App,
  { customer, leaving, platform, model }: Talk,
): Promise<number> {
  const [{ runChat }, session] = await Promise.all([
    import('../../../chat/run.tsx'),
    app.openSession({ platform, model }),
  ])
  const { project, stack } = app
  await runChat({
    session,
    project,
    customer,
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
        emit: event => tell(event, say),
        signal,
      })
    },
  })
  return EXIT.ok
}

function tell(event: StackEvent, say: (text: string) => void): void {
  if (event.type === 'state' && event.state !== 'starting')
    say(`${event.server}: ${event.state} ${event.reason}${event.hint === '' ? '' : ` (${event.hint})`}`)
  if (event.type === 'progress') say(`${keyText(event)}: ${event.text}`)
  if (event.type === 'waiting' || event.type === 'note') say(event.text)
}
