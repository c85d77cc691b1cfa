import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { hideSecret } from '../../../src/base/redact.ts'
import { createPrinter } from '../../../src/cli/print/printer.ts'

function printed(value: unknown): string {
  const stdout = new PassThrough() as PassThrough & NodeJS.WriteStream
  createPrinter({ mode: 'json', color: false, stdout, stderr: stdout }).json(value)
  return String(stdout.read())
}

it('JSON stays JSON where a secret is a number or is escaped in a text', () => {
  hideSecret('20250418')
  hideSecret('cor"rect battery')
  expect(JSON.parse(printed({ port: 20250418, text: 'As {"key":"cor\\"rect battery"}' }))).toEqual({
    port: '‹hidden›',
    text: 'As {"key":"‹hidden›"}',
  })
})

it('JSON has null for what is unknown, and escapes what could steer a terminal', () => {
  expect(printed({ reason: undefined, text: 'a\u009bb' })).toBe('{"reason":null,"text":"a\\u009bb"}\n')
})
