import { expect, it } from 'vitest'
import { strangerGate } from '../../src/mcp/serving/http/strangers.ts'

const status = (headers: Record<string, string>, url = 'http://127.0.0.1:7777/customers/acme/mcp') =>
  strangerGate(['https://inspector.example.com'])(new Request(url, { headers }))?.status

it.each([
  ['127.0.0.1:7777', undefined],
  ['localhost', undefined],
  ['[::1]:7777', undefined],
  ['localhost.', 403],
  ['127.0.0.1.example.com', 403],
  ['example.com:7777', 403],
  ['0.0.0.0:7777', 403],
])('a request with the Host %s: %s', (host, expected) => {
  expect(status({ host })).toBe(expected)
})

it.each([
  ['http://127.0.0.1:7777', undefined],
  ['https://inspector.example.com', undefined],
  ['http://127.0.0.1:7778', 403],
  ['https://127.0.0.1:7777', 403],
  ['http://example.com', 403],
  ['null', 403],
])('a page of the origin %s: %s', (origin, expected) => {
  expect(status({ host: '127.0.0.1:7777', origin })).toBe(expected)
})

it('a Host that was right before lets no other one in', () => {
  const gate = strangerGate([])
  const at = (host: string) => gate(new Request('http://127.0.0.1:7777', { headers: { host } }))?.status
  expect(['localhost:7777', 'example.com', 'localhost:7777', ''].map(at)).toEqual([
    undefined,
    403,
    undefined,
    403,
  ])
})

it('a page is not let in by the host in the URL of its request', () => {
  const headers = { host: '127.0.0.1:7777', origin: 'http://example.com' }
  expect(status(headers, 'http://example.com/customers/acme/mcp')).toBe(403)
})
