import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openSession } from '../../src/agent/session.ts'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import { customerWithId } from '../../src/config/select.ts'
import { login } from '../../src/mcp/sign-in/login/login.ts'
import { signInDoorOf } from '../../src/stack/look/external.ts'
import { status } from '../../src/stack/look/status.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { callThenSay, scriptedPlatform } from '../helpers/scripted-platform.ts'
import { signInWorld, visit } from '../helpers/sign-in.ts'

/** A chat with one customer whose only server needs a sign-in, and the same project in another process. */
async function chatWithWiki() {
  const world = await signInWorld()
  const folder = newFolder()
  const config = join(folder, 'mcp_servers.json')
  const auth = { oauth: { grant: 'authorization_code' } }
  const wiki = { name: 'wiki', url: world.server.url, auth, read_only_tools: ['echo'] }
  writeFileSync(config, JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [wiki] }] }))
  const environment = readEnvironment({ HOME: folder, XDG_STATE_HOME: join(folder, 'state'), PATH: '' })
  const app = closing(openApp({ config, environment }))
  const customer = customerWithId(app.project, 'acme')
  const platform = scriptedPlatform(callThenSay(['wiki__echo', { text: 'hi' }]))
  const session = openSession({
    toolsetFor: (_, signal) => app.toolsetFor(customer, signal),
    platformsFor: async () => ({ platform }),
    promptFor: () => 'system',
  })
  closing(session)
  const ask = async () => {
    const events: AgentEvent[] = []
    const signal = new AbortController().signal
    const approve = async () => ({ allowed: true as const })
    for await (const event of session.ask({ customerId: 'acme', text: 'q', signal, approve }))
      events.push(event)
    return events
  }
  const signIn = async () => {
    const { stack } = openApp({ config, environment })
    const server = stack.project.customers[0]?.servers[0]
    if (!server) throw new Error('no server')
    await login({
      store: stack.state.signIns,
      door: signInDoorOf(stack, server),
      show: address => void visit(address),
      async *pasted() {},
      reject() {},
      signal: new AbortController().signal,
    })
  }
  return { world, app, customer, session, ask, signIn }
}

it('a chat whose server needs a sign-in has its tools in the next question after it', async () => {
  const { world, session, ask, signIn } = await chatWithWiki()
  await session.switchTo('acme')
  expect(session.current()?.missing).toEqual([
    {
      ...{ server: 'wiki', state: 'auth_required', reason: 'not signed in' },
      hint: 'run `supportmax auth login acme wiki`',
    },
  ])
  await ask()
  expect(world.server.calls).toEqual([])
  expect(session.isOutdated()).toBe(false)
  await signIn()
  expect(session.isOutdated()).toBe(true)
  const events = await ask()
  expect(world.server.calls).toEqual(['echo'])
  expect(JSON.stringify(events)).toContain('echo hi')
  expect(session.current()?.missing).toEqual([])
})

it('a chat whose sign-in has ended says so, and continues after the next login', async () => {
  const { world, app, customer, session, ask, signIn } = await chatWithWiki()
  await signIn()
  await session.switchTo('acme')
  await ask()
  expect(world.server.calls).toEqual(['echo'])
  world.server.settings.refusesAll = true
  world.authorization.settings.token = () => 'invalid_grant'
  expect(JSON.stringify(await ask())).toContain('has ended the sign-in')
  const [row] = (await status(app.stack, [customer], { strays: 'left-out' })).servers
  expect(row).toMatchObject({ state: 'auth_required', hint: 'run `supportmax auth login acme wiki`' })
  world.server.settings.refusesAll = false
  world.authorization.settings.token = () => 'answer'
  await signIn()
  await ask()
  expect(world.server.calls).toEqual(['echo', 'echo'])
})
