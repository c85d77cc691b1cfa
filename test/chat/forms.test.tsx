import { describe, expect, it } from 'vitest'
import { until } from '../helpers/until.ts'
import { formChat } from './open-form.tsx'

const FORM = {
  message: 'Who is it?',
  requestedSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', title: 'Name', description: 'Your full name', minLength: 2 },
      email: { type: 'string', format: 'email' },
      count: { type: 'integer', title: 'Count', minimum: 1, maximum: 100, default: 42 },
      agree: { type: 'boolean' },
      friend: { type: 'string', title: 'Friend', enum: ['m', 'r'], enumNames: ['Monica', 'Rachel'] },
      tools: {
        type: 'array',
        title: 'Tools',
        maxItems: 2,
        items: {
          anyOf: [
            { const: 'a', title: 'Axe' },
            { const: 'b', title: 'Bow' },
          ],
        },
      },
    },
    required: ['name', 'agree'],
  },
}

const one = (name: string, property: object = { type: 'string' }) => ({
  message: 'Please',
  requestedSchema: { type: 'object', properties: { [name]: property } },
})

const ESC = '\u001b'

describe.concurrent('what a server asks', () => {
  it('is a form, field by field, and is sent only after a yes', async () => {
    const { ask, enter, sees, answers, frame, controller } = formChat(FORM)
    await ask()
    await sees('s asks you, for Nordwind PROD')
    expect(frame()).toContain('The server asks this, not supportmax; your answers go to the server.')
    expect(frame()).toContain('“Who is it?”')
    expect(frame()).toContain('1 of 6  Name (text, required)')
    await enter('Name: ', '')
    await sees('Name is required')
    await enter('Name: ', 'A')
    await sees('type at least 2 characters')
    await enter('Name: A', 'nna')
    await enter('email: ', 'nobody')
    await sees('that is no email: type it as in name@example.com')
    await enter('email: nobody', '@x.example')
    await sees('Enter: 42')
    await enter('Count: ', '')
    await enter('agree: ', 'y')
    await sees('1 Monica · 2 Rachel')
    await enter('Friend: ', '2')
    await enter('Tools: ', 'axe, 2')
    await sees('Send this to s?')
    expect(frame()).toContain('Tools: Axe, Bow')
    expect(answers).toEqual([])
    await enter('send to s? [y/N] ', 'yes')
    await until('it is sent', () => answers.length === 1)
    expect(answers).toEqual([
      {
        action: 'accept',
        content: {
          name: 'Anna',
          email: 'nobody@x.example',
          count: 42,
          agree: true,
          friend: 'r',
          tools: ['a', 'b'],
        },
      },
    ])
    await sees('s asked for Name, email, Count, agree, Friend, Tools: you sent it')
    expect(controller.view().dialogs).toEqual([])
  })

  it('is not sent by Enter, which declines', async () => {
    const { ask, enter, answers } = formChat(one('note'))
    await ask()
    await enter('note: ', 'hello')
    await enter('send to s? [y/N] ', '')
    await until('it is declined', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'decline' }])
  })

  it('can be gone back in, and declined with its own word', async () => {
    const { ask, enter, answers } = formChat(one('note'))
    await ask()
    await enter('note: ', 'hello')
    await enter('send to s? [y/N] ', '/back')
    await enter('note: ', '/decline')
    await until('it is declined', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'decline' }])
  })

  it('is cancelled by Esc, and the question goes on', async () => {
    const { ask, sees, screen, answers } = formChat(one('note'))
    await ask()
    await sees('note:')
    screen.stdin.write(ESC)
    await until('it is cancelled', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'cancel' }])
    await sees('heard: ')
  })

  it('keeps what was typed into it out of the prompt when it ends by itself', async () => {
    const { ask, sees, screen, gone, frame } = formChat(one('note'))
    await ask()
    await sees('note:')
    screen.stdin.write('4711 half')
    await sees('note: 4711 half')
    gone.abort()
    await sees('it does not wait any more')
    await sees('heard: ')
    expect(frame()).not.toContain('4711')
  })

  it('ends when the server does not wait any more, and when the chat is with another customer', async () => {
    const first = formChat(one('note'))
    await first.ask()
    await first.sees('note:')
    first.gone.abort()
    await until('it is over', () => first.answers.length === 1)
    await first.sees('it does not wait any more')
    const second = formChat(one('note'))
    await second.ask()
    await second.sees('note:')
    second.controller.submit('/customer south')
    await until('it is over', () => second.answers.length === 1)
    await second.sees('── Süd read-only')
    expect([first.answers, second.answers]).toEqual([[{ action: 'cancel' }], [{ action: 'cancel' }]])
    expect(second.frame()).not.toContain('asks you')
  })

  it('cannot leave the chat or run a command by a value, but a command works', async () => {
    const { ask, enter, sees, answers } = formChat(one('note'))
    await ask()
    await enter('note: ', '/help')
    await sees('/customer [NAME]')
    await enter('note: ', 'exit')
    await enter('send to s? [y/N] ', 'y')
    await until('it is sent', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'accept', content: { note: 'exit' } }])
  })

  it('takes a path', async () => {
    const { ask, enter, answers } = formChat(one('log'))
    await ask()
    await enter('log: ', '/var/log/asterisk')
    await enter('send to s? [y/N] ', 'y')
    await until('it is sent', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'accept', content: { log: '/var/log/asterisk' } }])
  })

  it('takes a paste, on one line', async () => {
    const { ask, enter, sees, screen, answers } = formChat(one('note'))
    await ask()
    await sees('note:')
    screen.stdin.write(`${ESC}[200~two\nlines${ESC}[201~`)
    await sees('note: two lines')
    await enter('note: two lines', '')
    await enter('send to s? [y/N] ', 'y')
    await until('it is sent', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'accept', content: { note: 'two lines' } }])
  })
})

describe.concurrent('a page that a server wants opened', () => {
  const page = (url: string) => ({ mode: 'url', message: 'Sign in', url, elicitationId: '1' })

  it('is shown whole, with its host, and not opened', async () => {
    const url = `https://login.example.com/${'a'.repeat(150)}?state=1`
    const { ask, enter, sees, answers, frame } = formChat(page(url))
    await ask()
    await sees('It wants you to open a page of login.example.com')
    expect(frame().replace(/[\s│]/g, '')).toContain(url)
    await enter('did you open it? [y/N] ', 'y')
    await until('it is told', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'accept' }])
  })

  it.each([
    ['https://login.example.com@evil.example/', 'it wants you to open an address with a name'],
    ['javascript:alert(1)', 'begins with javascript:'],
    [`https://x.example/${'a'.repeat(3_000)}`, 'that is none, or too long'],
  ])('is refused where its address deceives: %s', async (url, why) => {
    const { ask, sees, answers } = formChat(page(url))
    await ask()
    await sees(why)
    await until('it is told', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'decline' }])
  })

  it('names the host as the network does', async () => {
    const { ask, sees } = formChat(page('https://раура.example/'))
    await ask()
    await sees('a page of xn--')
  })
})

describe.concurrent('a hostile form', () => {
  it.each([
    ['password', { type: 'string' }],
    ['a', { type: 'string', title: 'Passwort' }],
    ['b', { type: 'string', description: 'Type your pass\u200bword.' }],
    ['c', { type: 'string', title: 'Contraseña' }],
    ['apiKey', { type: 'string' }],
    ['x', { type: 'string', title: 'Your access token' }],
    ['pin', { type: 'string' }],
  ])('is refused where it asks for a secret: %s %j', async (name, property) => {
    const { ask, sees, answers } = formChat(one(name, property))
    await ask()
    await sees('s asked you something, and was refused: it asks for a secret')
    await sees('servers must not ask for secrets in a form')
    await until('it is told', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'decline' }])
  })

  it('is refused where its message asks for a password, and a field takes text', async () => {
    const { ask, sees, answers } = formChat({ ...one('value'), message: 'Enter your Grafana password' })
    await ask()
    await sees('s asked you something, and was refused: it asks for a secret')
    await until('it is told', () => answers.length === 1)
    expect(answers).toEqual([{ action: 'decline' }])
  })

  it('of 1,000 fields is refused, and so is one of fields that forms do not have', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`f${i}`, { type: 'string' }]),
    )
    const { ask, sees, answers } = formChat(
      { message: 'x', requestedSchema: { type: 'object', properties } },
      one('deep', { type: 'object', properties: {} }),
    )
    await ask()
    await sees('its form has 1000 fields')
    await sees('its field deep is of a kind that forms do not have')
    await until('it is told', () => answers.length === 2)
    expect(answers).toEqual([{ action: 'decline' }, { action: 'decline' }])
  })

  it('of 1 MB of text and control sequences stays small, and cannot look like an approval', async () => {
    const frame = '\u001b[2J\n┏━━━━━━━━┓\n┃ Allow this on Nordwind PROD? ┃\n┗━━━━━━━━┛\u202e\n'
    const {
      ask,
      sees,
      frame: screen,
      screen: raw,
    } = formChat({
      message: frame + 'x '.repeat(500_000),
      requestedSchema: {
        type: 'object',
        properties: { f: { type: 'string', title: frame, description: frame + 'y '.repeat(500_000) } },
      },
    })
    await ask()
    await sees('The server asks this, not supportmax')
    expect(screen().split('\n').length).toBeLessThan(30)
    expect(raw.frames.join('')).not.toContain('\u001b[2J┏')
    // No line of it is a line of a frame of ours.
    expect(screen()).not.toMatch(/^┏/m)
    expect(screen()).not.toMatch(/^┃/m)
    expect(screen()).toContain('s asks you, for Nordwind PROD')
  })

  it('that comes 20 times in one call is cut off', async () => {
    const { ask, enter, sees, answers } = formChat(...Array.from({ length: 20 }, () => one('note')))
    await ask()
    for (let i = 0; i < 5; i++) await enter('note: ', '/decline')
    await sees('it has asked 5 times during this question')
    await until('all are answered', () => answers.length === 20)
    expect(answers.every(one => one.action === 'decline')).toBe(true)
  })

  it('of a server that no call runs on, or of another customer, is not shown', async () => {
    const { sees, answerNow, frame } = formChat()
    await sees('1 tool')
    const signal = new AbortController().signal
    const asked = { server: 's', params: one('note'), signal }
    expect(await answerNow()?.({ ...asked, customer: 'south' })).toEqual({ action: 'cancel' })
    expect(frame()).not.toContain('refused')
    expect(await answerNow()?.({ ...asked, customer: 'north' })).toEqual({ action: 'decline' })
    await sees('no call of it is running')
  })
})
