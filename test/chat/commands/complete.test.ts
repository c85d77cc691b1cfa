import { expect, it } from 'vitest'
import { SupportError } from '../../../src/base/errors.ts'
import type { ChatContext } from '../../../src/chat/commands/command.ts'
import { complete } from '../../../src/chat/commands/complete.ts'

it('Tab completes commands, customers by id or name, and platforms, in any case', () => {
  const customers = [
    { id: 'nordwind', name: 'Nordwind' },
    { id: 'nordsee', name: 'Nordsee' },
    { id: 'od-atlanta', name: '[OD] Atlanta' },
  ]
  const routes = () => [{ platform: 'openai' }, { platform: 'inhouse' }]
  const context = { project: { customers }, customer: () => customers[0], platforms: { routes } }
  const completed = (line: string) => complete(line, context as unknown as ChatContext)
  expect(completed('/cu').line).toBe('/customer ')
  expect(completed('/CU').line).toBe('/customer ')
  expect(completed('/c')).toEqual({
    line: '/c',
    candidates: ['/customer', '/copy', '/critical', '/cost', '/clear'],
  })
  expect(completed('/customer n')).toEqual({ line: '/customer nord', candidates: ['nordwind', 'nordsee'] })
  expect(completed('/customer [od').line).toBe('/customer od-atlanta')
  expect(completed('/cust nordw').line).toBe('/customer nordwind')
  expect(completed('/Customer nordw').line).toBe('/customer nordwind')
  expect(completed('/platform i').line).toBe('/platform inhouse')
  expect(completed('/platform ').candidates).toEqual(['openai', 'inhouse', 'auto'])
  expect(completed('/tools x')).toEqual({ line: '/tools x', candidates: [] })
  expect(completed('what')).toEqual({ line: 'what', candidates: [] })
})

it('Tab leaves a line alone if there is nothing to complete to: without a key, a customer has no platforms', () => {
  const routes = () => {
    throw new SupportError('no-platform', 'no model platform is ready: no key is set')
  }
  const context = { customer: () => ({ id: 'acme' }), platforms: { routes } } as unknown as ChatContext
  expect(complete('/model gpt', context)).toEqual({ line: '/model gpt', candidates: [] })
  expect(complete('/platform ', context)).toEqual({ line: '/platform ', candidates: [] })
})
