import { expect, it } from 'vitest'
import { openSession, type Session } from '../../src/agent/session.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { type ModelEvent, PlatformFault } from '../../src/platforms/platform.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { callTools, type Script, say, scriptedPlatform } from '../helpers/scripted-platform.ts'

const STOPPED = '[the person stopped this answer here]'

async function world(script: Script) {
  const server = await startServer({ kind: 'modern', tools: [{ ...echo, name: 'look' }] })
  closing(server)
  const pool = openPool(finder(new Map([['acme/tools', { url: server.url }]])))
  closing(pool)
  const platform = scriptedPlatform(script)
  const acme = customerOf('acme', ['tools'])
  const session = openSession({
    toolsetFor: async (_, signal) => buildToolset(acme, { pool, generation: 1, signal }),
    platformsFor: async () => ({ platform }),
    promptFor: () => '',
    now: () => new Date(0),
  })
  closing(session)
  await session.switchTo('acme')
  return { session, requests: platform.requests }
}

/** @param stopAt the text at which the person presses Esc */
async function ask(session: Session, text: string, more: { stopAt?: string; isRetry?: boolean } = {}) {
  const { stopAt, ...how } = more
  const person = new AbortController()
  const approve = async () => ({ allowed: false as const, reason: 'no' })
  const asked = session.ask({ customerId: 'acme', text, signal: person.signal, approve, ...how })
  for await (const event of asked) if (event.type === 'text' && event.text === stopAt) person.abort()
}

/** Writes this, and then waits until it is cancelled. */
async function* begin(text: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: 'text', text }
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  throw new PlatformFault('scripted', 'aborted', 'cancelled')
}

const told = (messages: readonly { role: string; text: string }[] = []) =>
  messages.map(({ role, text }) => `${role}: ${text.replace(/\n\n\[1970.*\]$/, '').replaceAll('\n\n', ' ')}`)

it('tells the model of an answer that a person stopped, with the next question', async () => {
  const { session, requests } = await world(({ messages }, signal) =>
    messages.length === 1 ? begin('Two disks', signal) : say('fine'),
  )
  await ask(session, 'what is full?', { stopAt: 'Two disks' })
  await ask(session, 'which?')
  await ask(session, 'and now?')
  const first = ['user: what is full?', `assistant: Two disks ${STOPPED}`, 'user: which?']
  expect(told(requests[1]?.messages)).toEqual(first)
  expect(told(requests[2]?.messages)).toEqual([...first, 'assistant: fine', 'user: and now?'])
})

it('tells it also when tools had been called', async () => {
  const { session, requests } = await world(({ messages }, signal) => {
    if (messages.length === 1) return callTools(['tools__look', { text: 'x' }])
    return messages.length === 3 ? begin('It says', signal) : say('fine')
  })
  await ask(session, 'look', { stopAt: 'It says' })
  await ask(session, 'so?')
  expect(requests[2]?.messages.map(one => one.role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
  ])
  expect(told(requests[2]?.messages)[3]).toBe(`assistant: It says ${STOPPED}`)
})

it('asks it again from its beginning with /retry', async () => {
  let isFirst = true
  const { session, requests } = await world((_, signal) => {
    const events = isFirst ? begin('Two disks', signal) : say('fine')
    isFirst = false
    return events
  })
  await ask(session, 'what is full?', { stopAt: 'Two disks' })
  await ask(session, 'what is full?', { isRetry: true })
  expect(told(requests[1]?.messages)).toEqual(['user: what is full?'])
})

it('leaves out a question that failed: it may be the reason', async () => {
  const { session, requests } = await world(({ messages }) => {
    if (messages.at(-1)?.text.includes('poison')) throw new PlatformFault('scripted', 'rejected', 'no')
    return say('fine')
  })
  await ask(session, 'poison')
  await ask(session, 'hello')
  expect(told(requests.at(-1)?.messages)).toEqual(['user: hello'])
})
