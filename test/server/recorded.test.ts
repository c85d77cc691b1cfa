import { join } from 'node:path'
import { expect, it } from 'vitest'
import { auditRecords } from '../../src/store/audit/read.ts'
import { closing } from '../helpers/closing.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'

const MORE = {
  capabilities: { resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} },
  answer(method: string, { uri }: Record<string, unknown>) {
    if (method === 'resources/list')
      return { resources: ['note://a', 'log://b'].map(one => ({ uri: one, name: one })) }
    if (method === 'resources/read') return { contents: [{ uri, text: 'text' }] }
    if (method === 'prompts/list') return { prompts: [{ name: 'greet' }] }
    if (method === 'prompts/get')
      return { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }] }
    if (method === 'completion/complete') return { completion: { values: ['one'] } }
    return {}
  },
}

async function door(policy?: object[]) {
  const upstream = closing(await startServer({ kind: 'legacy', tools: [], more: MORE }))
  const served = await serving({
    ...(policy && { policy }),
    audit: { arguments: true },
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: upstream.url, trust_hints: true }] }],
  })
  const records = () =>
    [...auditRecords(join(served.state, 'audit'))]
      .filter(one => one.what === 'call')
      .map(({ server, tool, outcome, args }) => [server, tool, outcome, JSON.parse(String(args))])
  return { client: await served.client('acme', { mode: 'legacy' }), records }
}

const note = { uri: 'note://a' }
const log = { uri: 'log://b' }
const asked = { ref: { type: 'ref/prompt', name: 'greet' } as const, argument: { name: 'who', value: 'o' } }

it('every request of a client that reaches a server is recorded, and not only calls', async () => {
  const { client, records } = await door()
  await client.readResource(note)
  await client.subscribeResource(note)
  await client.unsubscribeResource(note)
  await client.getPrompt({ name: 'alpha__greet', arguments: { who: 'Ann' } })
  await client.complete({ ...asked, ref: { ...asked.ref, name: 'alpha__greet' } })
  await client.setLoggingLevel('error')
  expect(records()).toEqual([
    ['alpha', 'read_resource', 'answered', note],
    ['alpha', 'subscribe_resource', 'answered', note],
    ['alpha', 'unsubscribe_resource', 'answered', note],
    ['alpha', 'get_prompt', 'answered', { name: 'greet', arguments: { who: 'Ann' } }],
    ['alpha', 'complete', 'answered', asked],
    ['alpha', 'set_log_level', 'answered', { level: 'error' }],
  ])
})

it('what may not be read may not be subscribed to, and a denial is recorded', async () => {
  const { client, records } = await door([
    { tools: ['read_resource'], arguments: { uri: 'note://*' }, action: 'allow' },
  ])
  await client.subscribeResource(note)
  const none = 'subscribe_resource was not run: no rule of "policy" matches'
  await expect(client.subscribeResource(log)).rejects.toThrow(none)
  await expect(client.readResource(log)).rejects.toThrow('read_resource was not run')
  // To be told nothing more needs no rule.
  await client.unsubscribeResource(log)
  await expect(client.complete({ ...asked, ref: { ...asked.ref, name: 'alpha__greet' } })).rejects.toThrow(
    'complete was not run: no rule of "policy" matches',
  )
  expect(records().map(([, tool, outcome]) => [tool, outcome])).toEqual([
    ['subscribe_resource', 'answered'],
    ['subscribe_resource', 'denied'],
    ['read_resource', 'denied'],
    ['unsubscribe_resource', 'answered'],
    ['complete', 'denied'],
  ])
})
