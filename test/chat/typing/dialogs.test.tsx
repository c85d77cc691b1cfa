import { describe, expect, it } from 'vitest'
import { callThenSay, say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

const UP = '\u001b[A'
const writes = callThenSay(['s__write', { a: 1 }])

async function atDialog() {
  const opened = chat(writes)
  await opened.sees('1 tool')
  await opened.type('do it')
  await opened.sees('WRITE  s · write')
  return opened
}

describe.concurrent('typing while a dialog comes up', () => {
  it('does not answer the dialog: the text stays in the prompt, also afterwards', async () => {
    const { sees, screen, frame, platform } = await atDialog()
    for (const key of 'why is this') screen.stdin.write(key)
    screen.stdin.write('\u001b[200~y\u001b[201~')
    await sees('north PROD › why is thisy')
    await sees('[y/N]')
    expect(platform.requests).toHaveLength(1)
    expect(frame()).not.toContain('why is')
    screen.stdin.write('y')
    await sees('[y/N] y')
    expect(platform.requests).toHaveLength(1)
    screen.stdin.write('\r')
    await sees('✓ [1] s · write')
    await sees('north PROD › why is thisy')
  })

  it('neither allows nor denies what is almost a yes', async () => {
    const { sees, screen, platform } = await atDialog()
    await sees('[y/N]')
    for (const line of ['yes but why', 'ok', 'y y', 't destructive']) {
      screen.stdin.write(`${line}\r`)
      await sees('not answered: type only y to allow it once')
      await sees(`[y/N] ${line}`)
      screen.stdin.write('\u0015')
    }
    expect(platform.requests).toHaveLength(1)
  })

  it('denies the call with words, which the model gets, and keeps what was pasted', async () => {
    const { sees, screen, type, platform } = await atDialog()
    await sees('[y/N]')
    screen.stdin.write('\u001b[200~pasted\nlines\u001b[201~')
    await type('no, take the other site')
    await sees('⊘ [1] s · write')
    await sees('your reason: take the other site')
    await sees('north PROD › [pasted #1: 2 lines]')
    expect(platform.requests[1]?.messages.at(-1)?.text).toContain(
      'the engineer denied it: take the other site',
    )
  })

  it('runs a command in its place, which never reaches the model', async () => {
    const { sees, screen, type, platform } = await atDialog()
    await sees('[y/N]')
    await type('/status')
    await sees('s  ready  1 tool')
    await sees('[y/N]')
    await type('/staus')
    await sees('unknown command /staus')
    screen.stdin.write('\r')
    await sees('⊘ [1] s · write')
    expect(JSON.stringify(platform.requests)).not.toMatch(/staus|\/status/)
  })

  it('is not lost when the dialog disappears with its customer', async () => {
    const { sees, screen, frame, controller } = await atDialog()
    await sees('[y/N]')
    screen.stdin.write('why this')
    await sees('[y/N] why this')
    controller.submit('/customer south')
    await sees('south ›')
    expect(frame()).not.toContain('why this')
    controller.submit('/customer north')
    await sees('north PROD › why this')
  })

  it('never answers a second dialog with what was typed for the first', async () => {
    const { sees, screen, type, frame } = chat(callThenSay(['s__write', { a: 1 }], ['s__write', { a: 2 }]))
    await sees('1 tool')
    await type('do it')
    await sees('[y/N]')
    for (const keys of ['y\r', 'y', '\r']) screen.stdin.write(keys)
    await sees('a  2')
    await sees('[y/N]')
    expect(frame()).not.toContain('[y/N] y')
    screen.stdin.write('\u001b')
    await sees('heard: the engineer denied it')
  })
})

describe('what was typed for one customer', () => {
  it('never appears for another one, and is there on return', async () => {
    const { screen, sees, type, controller, frame, platform } = chat(() => say('fine'))
    await sees('1 tool')
    screen.stdin.write('\u001b[200~secret one\nsecret two\u001b[201~')
    await sees('[pasted #1: 2 lines]')
    screen.stdin.write('\r')
    await sees('fine')
    screen.stdin.write('half a thought')
    await sees('north PROD › half a thought')
    controller.submit('/customer south')
    await sees('south ›')
    expect(frame()).not.toContain('half a thought')
    for (const key of [UP, UP, '\r']) screen.stdin.write(key)
    await type('[pasted #1: 2 lines]')
    await until('the question to south', () => platform.requests.length === 2)
    expect(JSON.stringify(platform.requests[1])).not.toContain('secret')
    await sees('fine')
    controller.submit('/customer north')
    await sees('north PROD › half a thought')
    for (const key of [UP, '\r']) screen.stdin.write(key)
    await until('the question to north', () => platform.requests.length === 3)
    expect(JSON.stringify(platform.requests[2]?.messages.at(-1))).toContain('secret two')
  })
})
