import { expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import type { ServerAnswer } from '../../src/mcp/connection.ts'
import { asInChat, listenerFor, NOBODY_ANSWERS } from '../../src/stack/tools/watching.ts'

const key = { customer: 'north', server: 's' }
const { signal } = new AbortController()

function listening(answer: ServerAnswer) {
  const records: unknown[] = []
  const audit = {
    started: () => ({ number: 1 }),
    ended: (call: object, end: object) => void records.push({ ...call, ...end }),
  }
  const listener = listenerFor({ lists: new Set(), answer: async () => answer }, audit)(key)
  return { listener, records }
}

it('what a server asks is recorded with its fields and how it ended, without the values', async () => {
  const { listener, records } = listening({ action: 'accept', content: { name: 'Anna Secret' } })
  const params = { message: 'who?', requestedSchema: { properties: { name: { type: 'string' } } } }
  const answered = await listener?.onRequest('elicitation/create', params, signal)
  expect(answered).toEqual({ action: 'accept', content: { name: 'Anna Secret' } })
  expect(records).toMatchObject([
    {
      ...key,
      tool: 'elicitation/create',
      args: { fields: ['name'] },
      outcome: 'answered',
      decision: { kind: 'ask' },
    },
  ])
  expect(JSON.stringify(records)).not.toContain('Secret')
})

it('credentials that a server repeats are hidden before anybody sees its form', async () => {
  hideSecret('glsa_repeated_by_a_server')
  const asked: unknown[] = []
  const answer = async ({ params }: { params: Record<string, unknown> }): Promise<ServerAnswer> => {
    asked.push(params)
    return { action: 'decline' }
  }
  const trail = { started: () => ({ number: 1 }), ended: (call: object) => void asked.push(call) }
  const listener = listenerFor({ lists: new Set(), answer }, trail)(key)
  const token = 'glsa_repeated_by_a_server'
  const properties = { [token]: { type: 'string', title: token, default: `is it ${token}?` } }
  await listener?.onRequest(
    'elicitation/create',
    { message: `401 for ${token}`, requestedSchema: { properties } },
    signal,
  )
  await listener?.onRequest('elicitation/create', { mode: 'url', url: `https://x/?t=${token}` }, signal)
  expect(asked).toHaveLength(4)
  expect(JSON.stringify(asked)).toContain('401 for ‹hidden›')
  expect(JSON.stringify(asked)).not.toContain(token)
})

it('a person who declines is recorded as that', async () => {
  const { listener, records } = listening({ action: 'decline' })
  await listener?.onRequest('elicitation/create', { mode: 'url', url: 'https://x' }, signal)
  expect(records).toMatchObject([{ args: { mode: 'url' }, outcome: 'denied' }])
})

it('servers can ask only where a person answers, and nothing but forms', async () => {
  const nobody = listenerFor(
    { lists: new Set(), answer: undefined },
    { started: () => ({ number: 1 }), ended() {} },
  )
  expect(nobody(key)).toBe(undefined)
  const { listener } = listening({ action: 'accept' })
  expect(listener?.capabilities).toEqual({ elicitation: { form: {}, url: {} } })
  await expect(listener?.onRequest('sampling/createMessage', {}, signal)).rejects.toThrow('nobody answers')
})

it('tools are accepted as the chat lists them, also those that ask a person, but nothing is answered for a person', async () => {
  const { listener } = listening({ action: 'accept' })
  expect(asInChat().capabilities).toEqual(listener?.capabilities)
  expect(await asInChat().onRequest('elicitation/create', {}, signal)).toEqual({ action: 'decline' })
  expect(await NOBODY_ANSWERS({ ...key, params: {}, signal })).toEqual({ action: 'decline' })
})
