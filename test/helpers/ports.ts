import { createServer } from 'node:net'

/** A port of `address` that was free a moment ago, below 32768: above, the kernel hands them to clients. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port, address)) return port
  }
  throw new Error('no free port found')
}

function isFree(port: number, address: string): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, address, () => server.close(() => resolve(true)))
  })
}
