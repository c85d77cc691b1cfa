import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { BoundedStreams } from '../../src/mcp/serving/bounded-streams.ts'
import type { ServedDoor } from '../../src/mcp/serving/served.ts'
import { serveOnStreams } from '../../src/mcp/serving/stdio.ts'

const MEBIBYTE = 1024 * 1024
const answer = (bytes: number) => ({ jsonrpc: '2.0' as const, id: 1, result: { text: 'x'.repeat(bytes) } })
const request = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'

/** A client that reads only when it is told to. */
function slowClient() {
  const input = new PassThrough()
  let readNext = () => {}
  const output = new Writable({
    write(_chunk, _encoding, done) {
      readNext = done
    },
  })
  let deaf = 0
  const onDeaf = () => {
    deaf++
    output.destroy()
  }
  const streams = new BoundedStreams(input, output, { onDeaf })
  return { input, output, streams, read: () => readNext(), deaf: () => deaf }
}

it('takes no further request while a client does not read, and goes on when it does', async () => {
  const { input, streams, read } = slowClient()
  const taken: unknown[] = []
  streams.onmessage = message => void taken.push(message)
  await streams.start()
  void streams.send(answer(5 * MEBIBYTE))
  input.write(request)
  await new Promise(setImmediate)
  expect(taken).toEqual([])
  read()
  await expect.poll(() => taken.length).toBe(1)
})

it('holds at most 128 MiB, and one answer more, for a client that does not read', async () => {
  const { output, streams, deaf } = slowClient()
  await streams.start()
  for (let n = 0; n < 30; n++) void streams.send(answer(7 * MEBIBYTE))
  expect(deaf()).toBe(1)
  expect(output.writableLength).toBeLessThan((128 + 8) * MEBIBYTE)
})

it('ends a connection with an error when a message is larger than 10 MiB', async () => {
  const input = new PassThrough()
  const output = new PassThrough()
  const served: ServedDoor = {
    about: async () => ({ name: 'door', version: '1', capabilities: {}, instructions: undefined }),
    serves: () => false,
    roleFor: async () => 'read-only',
    headersFor: async () => [],
    answer: async () => ({ result: {} }),
  }
  const by = { id: 'local', name: 'this machine', role: 'read-only' as const }
  const problems: string[] = []
  const onProblem = ({ message }: Error) => void problems.push(message)
  const ended = serveOnStreams({ served, by, input, output, onProblem }, new AbortController().signal)
  input.write(`{"x":"${'x'.repeat(11 * MEBIBYTE)}`)
  await ended
  expect(JSON.parse(String(output.read()))).toMatchObject({
    id: null,
    error: { code: -32_600, message: expect.stringContaining('larger than 10 MB') },
  })
  expect(problems).toHaveLength(1)
})
