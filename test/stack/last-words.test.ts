import { expect, it } from 'vitest'
import type { ObservedServer, Runtime } from '../../src/runtimes/runtime.ts'
import { lastWords } from '../../src/stack/look/last-words.ts'

const observed = { customer: 'acme', server: 'x', life: 'exited' } as ObservedServer
const logging = (...lines: string[]) =>
  ({
    async *logs() {
      for (const text of lines) yield { at: undefined, text }
    },
  }) as unknown as Runtime
const json = (level: string, message: string, program = 'mcp-bridge') =>
  JSON.stringify({ level, program, message })

it.each([
  [
    'of any program',
    ['Traceback:', "ImportError: No module named 'x'", ''],
    "ImportError: No module named 'x'",
  ],
  [
    'of a command, not what the bridge says of its end',
    [json('info', 'listening'), 'boom', json('error', 'the command ended with exit code 3')],
    'boom',
  ],
  [
    'of ours, without the rest of its JSON',
    [json('info', 'a'), json('error', 'port 1 is in use', 'mcp-grafana')],
    'port 1 is in use',
  ],
  [
    'of Node, its error and not its version',
    [
      'throw new Error()',
      '^',
      '',
      "Error: Cannot find module '/x.js'",
      '    at f',
      "  code: 'X'",
      '}',
      '',
      'Node.js v24.1.0',
    ],
    "Error: Cannot find module '/x.js'",
  ],
  ['of Node without an error', ['Node.js v24.1.0'], 'Node.js v24.1.0'],
  ['without control sequences', ['\u001b[31mred\u001b[0m'], 'red'],
  [
    'that ended it, not what the bridge warned of afterwards',
    [json('error', 'the command closed its stdout'), json('warn', '10 requests refused within 3 s')],
    'the command closed its stdout',
  ],
  ['nothing, where only the start was logged', [json('info', 'listening')], undefined],
  ['nothing, of an empty log', [], undefined],
])('the last words %s', async (_, lines, words) => {
  expect(await lastWords(logging(...lines), observed)).toBe(words)
})

it('a server that runs or ran out of memory has no last words, and a log that cannot be read has none', async () => {
  expect(await lastWords(logging('x'), { ...observed, life: 'running' })).toBeUndefined()
  // Its log ends with a dump of Node's stack.
  expect(await lastWords(logging('15: 0x1add9b6 [node]'), { ...observed, outOfMemory: true })).toBeUndefined()
  const broken = {
    // biome-ignore lint/correctness/useYield: it fails first
    async *logs() {
      throw new Error('no log')
    },
  } as unknown as Runtime
  expect(await lastWords(broken, observed)).toBeUndefined()
})
