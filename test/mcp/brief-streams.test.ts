import { expect, it } from 'vitest'
import { openChannel } from '../../src/mcp/wire/http/channel.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

it('a server that always ends the stream of its messages at once is asked for it five times', async () => {
  const server = closing(
    await rawServer((req, res) => {
      req.resume()
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end()
    }),
  )
  let ended = 0
  const channel = openChannel(endpointOf(server, { transport: 'streamable-http' }), {
    sessionLost() {},
    streamEnded() {},
    answered() {},
    messagesEnded: () => void ended++,
  })
  closing(channel)
  const statuses: number[] = []
  for (let round = 0; round < 7; round++) {
    const response = await channel.fetch(new URL(server.url), { headers: { accept: 'text/event-stream' } })
    await response.text().catch(() => '')
    statuses.push(response.status)
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 405, 405])
  expect([server.authorizations.length, ended]).toEqual([5, 5])
})
