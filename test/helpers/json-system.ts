// A system behind one of our own servers, with made-up answers.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closing } from './closing.ts'

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

/** A body to send as JSON with status 200, or a whole reply. */
export type Made = object | { reply: { status: number; body: string; headers?: Record<string, string> } }

export interface JsonSystem {
  url: string
  asked: Asked[]
  /** How often each path was asked for. */
  counts(): Record<string, number>
}

/** Listens on loopback until the test is over. Without an answer it says 404. */
export async function jsonSystem(answer: (asked: Asked) => Made | undefined): Promise<JsonSystem> {
  const asked: Asked[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req.setEncoding('utf8') as AsyncIterable<string>) body += chunk
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://x')
    const one = { method: req.method ?? '', path: pathname, query: searchParams, headers: req.headers, body }
    asked.push(one)
    const made = answer(one) ?? { reply: { status: 404, body: 'nothing here' } }
    const reply =
      'reply' in made ? (made.reply as { status: number; body: string; headers?: object }) : undefined
    res.writeHead(reply?.status ?? 200, { 'content-type': 'application/json', ...reply?.headers })
    res.end(reply ? reply.body : JSON.stringify(made))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
  const counts = () => {
    const by: Record<string, number> = {}
    for (const { path } of asked) by[path] = (by[path] ?? 0) + 1
    return by
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, counts }
}
