import { expect, it } from 'vitest'
import { runCalls } from '../../src/agent/calls.ts'
import type { AgentEvent } from '../../src/agent/events.ts'
import type { ModelCall } from '../../src/llm/platform.ts'
import type { Toolset } from '../../src/mcp/toolset.ts'

function toolsetOf(asked: string[]): Toolset {
  const tool = { server: 'am', tool: 'silence', inputSchema: {}, readOnly: true }
  return {
    customer: { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' },
    generation: 1,
    tools: [{ ...tool, name: 'am__silence', description: 'Silences an alert.' }],
    withheld: [],
    missing: [],
    async call(name) {
      asked.push(name)
      return { kind: 'answered', text: 'ok', took: 1, cutBytes: 0 }
    },
    retire() {},
  }
}

const call = (name: string, args: ModelCall['args']): ModelCall => ({ id: name, name, args, rawArgs: '' })

async function run(...calls: ModelCall[]) {
  const asked: string[] = []
  const events: AgentEvent[] = []
  const signal = new AbortController().signal
  const approve = async () => ({ allowed: true }) as const
  const running = runCalls(toolsetOf(asked), calls, { signal, approve })
  for (;;) {
    const { value, done } = await running.next()
    if (done) return { asked, events, results: value }
    events.push(value)
  }
}

it('a call of find_tools is answered from the toolset, and no server is asked', async () => {
  const { asked, events, results } = await run(
    call('find_tools', { query: 'silence' }),
    call('am__silence', {}),
  )
  expect(asked).toEqual(['am__silence'])
  expect(results[0]).toMatchObject({ found: ['am__silence'], isError: false })
  expect(results[1]).not.toHaveProperty('found')
  expect(events).toHaveLength(4)
})

it('a call of find_tools without a query is a mistake that the model can read', async () => {
  const { results } = await run(call('find_tools', undefined))
  expect(results[0]).toMatchObject({
    isError: true,
    text: expect.stringContaining('"query" is missing'),
    found: [],
  })
})
