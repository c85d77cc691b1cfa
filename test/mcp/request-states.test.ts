import type { ServerContext } from '@modelcontextprotocol/server'
import { expect, it } from 'vitest'
import { type RequestStates, requestStates } from '../../src/mcp/serving/request-states.ts'

const asked = { of: 'a call', approval: 'asked' } as const
const take = (states: RequestStates, text: string, of = 'a call') =>
  states.take(text, of, {} as ServerContext)

it('a state with an approval is good for one call, and another for any number', async () => {
  const states = requestStates()
  const [approved, other] = [await states.mint(asked), await states.mint({ of: 'a call', state: 'its own' })]
  expect(await take(states, approved)).toMatchObject(asked)
  await expect(take(states, approved)).rejects.toThrow('requestState has been used already')
  for (let time = 0; time < 3; time++) expect(await take(states, other)).toMatchObject({ state: 'its own' })
})

it('a state of another door or request, or one that was changed, is not valid, and counts for its own', async () => {
  const states = requestStates()
  const text = await states.mint(asked)
  const tries = [take(requestStates(), text), take(states, text, 'another call'), take(states, `${text}x`)]
  for (const one of tries) await expect(one).rejects.toThrow('requestState is not valid for this request')
  expect(await take(states, text)).toMatchObject(asked)
})

it('more approvals than it remembers end all states that are out, so that none counts twice', async () => {
  const states = requestStates(2)
  const texts = await Promise.all([1, 2, 3, 4].map(() => states.mint(asked)))
  for (const text of texts.slice(0, 3)) expect(await take(states, text)).toMatchObject(asked)
  for (const text of texts) await expect(take(states, text)).rejects.toThrow('not valid')
  expect(await take(states, await states.mint(asked))).toMatchObject(asked)
})
