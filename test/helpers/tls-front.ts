import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'
import type { FakePlatforms } from '../fake-platforms/start.ts'
import { closing } from './closing.ts'

/** The same fake platforms behind TLS, with this certificate; closed after the test. */
export async function behindTls(
  fake: FakePlatforms,
  { cert, key }: { cert: string; key: string },
  { host = '127.0.0.1', ...options }: TlsOptions & { host?: string } = {},
): Promise<FakePlatforms> {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key), ...options }, front => {
    const back = connect(fake.port, '127.0.0.1')
    front.pipe(back).pipe(front)
    front.on('error', () => back.destroy())
    back.on('error', () => front.destroy())
    front.on('close', () => back.destroy())
  })
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => sockets.add(socket))
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  const { port } = server.address() as AddressInfo
  const moved = (url: string) => url.replace(`http://127.0.0.1:${fake.port}`, `https://${host}:${port}`)
  return { ...fake, url: name => moved(fake.url(name)) }
}
