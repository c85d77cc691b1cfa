import { expect, it } from 'vitest'
import { LOCAL } from '../../src/access/principal.ts'
import { openStreams } from '../../src/mcp/serving/http/streams.ts'

it('a stream whose client has already left is not kept', async () => {
  const streams = openStreams()
  const left = new Request('http://127.0.0.1/', { signal: AbortSignal.abort() })
  const answer = await streams.open(left, LOCAL, async request => {
    expect(request.signal.aborted).toBe(true)
    return new Response(new ReadableStream())
  })
  expect([answer.status, streams.count()]).toEqual([200, 0])
})
