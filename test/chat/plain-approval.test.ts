import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { openSession } from '../../src/agent/session.ts'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { runPlainChat } from '../../src/chat/plain/plain.ts'
import type { ChatWork } from '../../src/chat/work.ts'
import type { Project } from '../../src/config/project.ts'
import type { AnswerServer } from '../../src/mcp/connection.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { customerOf } from '../helpers/customer-of.ts'
import { noPlatformWork } from '../helpers/platforms.ts'
import { callThenSay, scriptedPlatform } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { toolsetOf } from './open-chat.tsx'

/** A chat with a model that wants to write, and what was printed. */
function plainChat(asked?: Record<string, unknown>, more: Partial<ChatWork> = {}) {
  const customer = customerOf('north', ['s'], { name: 'Nordwind', environment: 'prod', access: 'read-write' })
  const outcomes: string[] = []
  const toolset: Toolset = toolsetOf('north')
  let answer: AnswerServer | undefined
  const question = { customer: 'north', server: 's', signal: new AbortController().signal }
  const call: Toolset['call'] = async (...args) => {
    if (asked) outcomes.push(JSON.stringify(await answer?.({ ...question, params: asked })))
    const outcome = await toolset.call(...args)
    outcomes.push(`${outcome.kind}: ${outcome.text}`)
    return outcome
  }
  const platform = scriptedPlatform(callThenSay(['s__write', { id: 'x\u001b[2J' }]))
  const session = openSession({
    toolsetFor: async () => ({ ...toolset, call }),
    platformsFor: async () => ({ platform }),
    promptFor: () => '',
  })
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  let printed = ''
  stdout.on('data', data => {
    printed += data
  })
  const left = runPlainChat({
    session,
    project: { customers: [customer], file: '/here/mcp_servers.json' } as unknown as Project,
    customer,
    platforms: noPlatformWork(),
    status: async () => [],
    up: async () => {},
    configChange: () => undefined,
    reload: async () => [],
    answerServers(given) {
      answer = given
    },
    ...more,
    stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
  })
  const sees = (words: string) => until(`${words} in ${printed}`, () => printed.includes(words))
  return { stdin, sees, outcomes, left, printed: () => printed }
}

it('a write is read out with its customer and arguments, and an empty line denies it', async () => {
  const { stdin, sees, outcomes, left, printed } = plainChat()
  await sees('your question or command:')
  stdin.write('do it\n')
  await sees('your answer:')
  expect(printed()).toContain('Allow this on Nordwind PROD?')
  expect(printed()).not.toContain('\u001b')
  stdin.write('\n')
  await until('the denial', () => outcomes.length === 1)
  expect(outcomes[0]).toMatch(/^denied/)
  stdin.write('/quit\n')
  await left
})

it('y allows it once; a line typed before it was read out is no answer', async () => {
  const { stdin, sees, outcomes, left } = plainChat()
  await sees('your question or command:')
  stdin.write('do it\ny\n')
  await sees('your answer:')
  expect(outcomes).toEqual([])
  stdin.write('y\n')
  await until('the call', () => outcomes.length === 1)
  expect(outcomes[0]).toBe('answered: written')
  stdin.end()
  await left
})

it("a server's form is read out field by field, and needs a yes at its end", async () => {
  const properties = { name: { type: 'string', title: 'Name' }, count: { type: 'integer', default: 3 } }
  const { stdin, sees, outcomes, printed } = plainChat({
    message: 'Who?',
    requestedSchema: { type: 'object', properties, required: ['name'] },
  })
  await sees('your question or command:')
  stdin.write('do it\n')
  await sees('1 of 2  Name (text, required)')
  expect(printed()).toContain('s asks you, for Nordwind PROD')
  stdin.write('Anna\n')
  await sees('2 of 2  count (whole number)')
  stdin.write('\n')
  await sees('send to s? [y/N]')
  expect(outcomes).toEqual([])
  stdin.write('y\n')
  await until('it is sent', () => outcomes.length === 1)
  expect(outcomes[0]).toBe('{"action":"accept","content":{"name":"Anna","count":3}}')
  expect(printed()).not.toContain('\u001b')
})

it('a yes without its Enter allows nothing when the input ends', async () => {
  const { stdin, sees, outcomes, left } = plainChat()
  await sees('your question or command:')
  stdin.write('do it\n')
  await sees('your answer:')
  stdin.write('y')
  stdin.end()
  await left
  await until('the end of the call', () => outcomes.length === 1)
  expect(outcomes[0]).toMatch(/^denied/)
})

it('a line end of CR and LF, which a terminal turns into two, neither cancels nor answers', async () => {
  const { stdin, sees, outcomes, left } = plainChat()
  await sees('your question or command:')
  stdin.write('do it\n\n')
  await sees('your answer:')
  stdin.write('y\n\n')
  await until('the call', () => outcomes.length === 1)
  expect(outcomes[0]).toBe('answered: written')
  stdin.end()
  await left
})

it('pasted lines answer no question that has not been read out', async () => {
  const properties = { name: { type: 'string', title: 'Name' }, sure: { type: 'boolean', title: 'Sure' } }
  const { stdin, sees, outcomes } = plainChat({
    message: 'Who?',
    requestedSchema: { type: 'object', properties },
  })
  await sees('your question or command:')
  stdin.write('do it\n')
  await sees('1 of 2  Name')
  stdin.write('Anna\ny\ny\n')
  await sees('not sent: the chat waits for your answer')
  await sees('2 of 2  Sure')
  expect(outcomes).toEqual([])
})

it('of pasted lines, only the first can allow a call', async () => {
  const { stdin, sees, outcomes, left } = plainChat()
  await sees('your question or command:')
  stdin.write('do it\n')
  await sees('your answer:')
  stdin.write('yes please\ny\n')
  await sees('not sent: a call waits for your approval')
  stdin.end()
  await left
  await until('the end of the call', () => outcomes.length === 1)
  expect(outcomes[0]).toMatch(/^denied/)
})

it('Esc and Enter cancel a form, and other keys leave nothing in what is sent', async () => {
  const requestedSchema = { type: 'object', properties: { name: { type: 'string', title: 'Name' } } }
  const first = plainChat({ message: 'Who?', requestedSchema })
  await first.sees('your question or command:')
  first.stdin.write('do it\n')
  await first.sees('1 of 1  Name')
  first.stdin.write('\u001b\n')
  await until('the end of the form', () => first.outcomes.length === 1)
  expect(first.outcomes[0]).toBe('{"action":"cancel"}')
  const second = plainChat({ message: 'Who?', requestedSchema })
  await second.sees('your question or command:')
  second.stdin.write('do it\n')
  await second.sees('1 of 1  Name')
  second.stdin.write('An\u001b[Dna\n')
  await second.sees('send to s? [y/N]')
  second.stdin.write('y\n')
  await until('it is sent', () => second.outcomes.length === 1)
  expect(second.outcomes[0]).toBe('{"action":"accept","content":{"name":"Anna"}}')
})

it('a history that cannot be used is named before the first question', async () => {
  let show: (text: string, hint?: string) => void = () => {}
  const { stdin, sees, left, printed } = plainChat(undefined, {
    warnings(given) {
      show = given
      return () => {}
    },
    history: {
      of() {
        show('typed lines are not kept: history.db cannot be used', 'move it away')
        return []
      },
      add() {},
    },
  })
  await sees('your question or command:')
  expect(printed()).toMatch(/typed lines are not kept.*\n {2}move it away[\s\S]*your question or command:/)
  expect(printed().split('not kept')).toHaveLength(2)
  stdin.write('/quit\n')
  await left
})

it('Enter alone stops a command that waits', async () => {
  const signals: AbortSignal[] = []
  const { stdin, sees, left } = plainChat(undefined, {
    up(_customer, _say, signal) {
      signals.push(signal)
      return new Promise(() => {})
    },
  })
  await sees('your question or command:')
  stdin.write('/up\n')
  await sees('starting stopped servers… (Enter alone stops)')
  let next = 0
  await until('it is stopped', () => {
    // Lines that come at once would be a paste.
    if (Date.now() > next) stdin.write('\n')
    if (Date.now() > next) next = Date.now() + 2 * TIMEOUTS.lineBurst
    return signals[0]?.aborted
  })
  await sees('/up was stopped')
  stdin.write('/quit\n')
  await left
})
