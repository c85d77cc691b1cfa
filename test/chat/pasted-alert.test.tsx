import { describe, expect, it } from 'vitest'
import type { ModelEvent } from '../../src/platforms/platform.ts'
import { callTools, say } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat } from './open-chat.tsx'

const alertOf = (more: Record<string, string> = {}) =>
  JSON.stringify(
    [
      {
        status: { state: 'active' },
        labels: { alertname: 'HighErrorRate', severity: 'critical', ...more },
        startsAt: new Date(Date.now() - 60_000).toISOString(),
      },
    ],
    null,
    1,
  )

const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`

async function withPaste(text: string) {
  const opened = chat(() => say('fine'))
  await opened.sees('1 tool')
  opened.screen.stdin.write(pasted(text))
  await opened.sees('[alert #1: HighErrorRate, critical, firing since ')
  return opened
}

describe.concurrent('an alert that is pasted into the chat', () => {
  it('is named in the prompt, and its labels are sent', async () => {
    const { screen, sees, platform, frame } = await withPaste(alertOf())
    expect(frame()).toMatch(/\[alert #1: HighErrorRate, critical, firing since \d\d:\d\d · 12 lines\]/)
    screen.stdin.write(' why?')
    await sees('lines] why?')
    screen.stdin.write('\r')
    await sees('fine')
    const sent = platform.requests[0]?.messages.at(-1)?.text
    expect(sent).toContain('<alert>\nalertname="HighErrorRate"\nseverity="critical"\n')
    expect(sent).toMatch(/<\/alert>\n\nwhy\?\n\n\[/)
  })

  it('and names another customer is sent only after a yes', async () => {
    const { screen, sees, platform, frame } = await withPaste(alertOf({ customer: 'south' }))
    screen.stdin.write('\r')
    await sees(
      'not sent yet: the alert names Süd (customer="south"), not Nordwind · /customer south switches',
    )
    await sees('send it? [y/N]')
    screen.stdin.write('\r')
    await until('the question is back', () => /PROD › \[alert #1: HighErrorRate/.test(frame()))
    expect(platform.requests).toEqual([])
    screen.stdin.write('\r')
    await sees('send it? [y/N]')
    for (const key of 'yes') screen.stdin.write(key)
    await sees('send it? [y/N] yes')
    screen.stdin.write('\r')
    await sees('fine')
    expect(platform.requests).toHaveLength(1)
  })

  it('and names another customer goes back into its prompt when the person switches', async () => {
    const { screen, sees, platform, frame, type } = await withPaste(alertOf({ customer: 'south' }))
    screen.stdin.write('\r')
    await sees('send it? [y/N]')
    await type('/customer south')
    await sees('── Süd read-only')
    await sees('south ›')
    expect(frame()).not.toContain('south › [alert')
    expect(frame()).not.toContain('send it?')
    await type('/customer north')
    await until('the question is back', () => /PROD › \[alert #1: HighErrorRate/.test(frame()))
    expect(platform.requests).toEqual([])
  })

  it('keeps the question on Esc', async () => {
    const { screen, sees, platform, frame } = await withPaste(alertOf({ tenant: 'Süd' }))
    screen.stdin.write('\r')
    await sees('send it? [y/N]')
    screen.stdin.write('\u001b')
    await until('the question is back', () => /PROD › \[alert #1: HighErrorRate/.test(frame()))
    expect(platform.requests).toEqual([])
  })

  it('waits in the queue where another question was asked before the yes', async () => {
    let asked = 0
    const { screen, sees, platform, type, controller } = chat(() => {
      if (asked++ === 0) throw new Error('no line')
      return callTools(['s__write', {}])
    })
    await sees('1 tool')
    await type('first')
    await sees('no line')
    screen.stdin.write(pasted(alertOf({ customer: 'south' })))
    await sees('[alert #1: HighErrorRate, critical, firing since ')
    screen.stdin.write('\r')
    await sees('send it? [y/N]')
    await type('/retry')
    await until('a call waits behind', () => controller.view().dialogs.length === 2)
    await type('y')
    await sees('Allow this on Nordwind PROD?')
    expect(platform.requests).toHaveLength(2)
    expect(controller.view().queued).toHaveLength(1)
  })

  it('lets no other question overtake it', async () => {
    const { controller, platform, sees } = chat(() => say('fine'))
    await sees('1 tool')
    expect(controller.submit(alertOf({ customer: 'south' }))).toBeUndefined()
    expect(controller.submit('and the disk?')).toBe('not sent: the chat waits for your answer')
    expect(platform.requests).toEqual([])
  })

  it('waits in the queue like any line, and gives those behind it back when it is not sent', async () => {
    const first = Promise.withResolvers<ModelEvent[]>()
    async function* once(): AsyncGenerator<ModelEvent> {
      yield* await first.promise
    }
    const { controller, platform, sees } = chat(() => once())
    await sees('1 tool')
    controller.submit('first?')
    controller.submit(alertOf({ customer: 'south' }), '[alert]')
    controller.submit('third?')
    expect(controller.view().queued).toHaveLength(2)
    first.resolve(say('fine'))
    await sees('send it? [y/N]')
    controller.submit('/help')
    await sees('/customer [NAME]')
    expect(controller.view().queued).toHaveLength(1)
    expect(controller.cancel()).toBe(true)
    await sees('PROD › [alert]')
    await sees('third?')
    expect(controller.view().queued).toEqual([])
    expect(platform.requests).toHaveLength(1)
  })
})
