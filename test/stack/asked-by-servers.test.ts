import { expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import type { ServerAnswer } from '../../src/mcp/connection.ts'
import { declining } from '../../src/stack/tools/unanswered.ts'
import { listenerFor } from '../../src/stack/tools/watching.ts'

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
  const answered = await listener.onRequest('elicitation/create', params, signal)
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
  await listener.onRequest(
    'elicitation/create',
    { message: `401 for ${token}`, requestedSchema: { properties } },
    signal,
  )
  await listener.onRequest('elicitation/create', { mode: 'url', url: `https://x/?t=${token}` }, signal)
  expect(asked).toHaveLength(4)
  expect(JSON.stringify(asked)).toContain('401 for ‹hidden›')
  expect(JSON.stringify(asked)).not.toContain(token)
})

it('a person who declines is recorded as that', async () => {
  const { listener, records } = listening({ action: 'decline' })
  await listener.onRequest('elicitation/create', { mode: 'url', url: 'https://x' }, signal)
  expect(records).toMatchObject([{ args: { mode: 'url' }, outcome: 'denied' }])
})

it('servers can ask nothing but forms', async () => {
  const { listener } = listening({ action: 'accept' })
  expect(listener.capabilities).toEqual({ elicitation: { form: {}, url: {} } })
  await expect(listener.onRequest('sampling/createMessage', {}, signal)).rejects.toThrow('nobody answers')
})

it('what nobody can answer is declined, and the person is told who asked for what, and what to type', async () => {
  const told: unknown[] = []
  const answer = declining((asked, warning) => void told.push({ asked, ...warning }))
  const properties = { reason: { type: 'string', title: 'Why?\u001b[2J' }, hours: { type: 'integer' } }
  const params = { message: 'Who approves\nthis silence?', requestedSchema: { properties } }
  expect(await answer({ ...key, params, signal })).toEqual({ action: 'decline' })
  expect(told).toEqual([
    {
      asked: { server: 's', message: 'Who approves this silence?', fields: ['Why?', 'hours'] },
      message:
        's asked a person: "Who approves this silence?" (Why?, hours); it was declined, because nobody can answer here',
      hint: 'run `supportmax chat north` in a terminal and ask there: it shows the form',
    },
  ])
})

it('a server that never stops asking is declined, and not told any more', async () => {
  let told = 0
  const answer = declining(() => void told++)
  for (let i = 0; i < 50; i++)
    expect(await answer({ ...key, params: {}, signal })).toEqual({ action: 'decline' })
  expect(told).toBe(5)
})
