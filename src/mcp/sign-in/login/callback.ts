// The loopback address to which the authorization server sends the browser back (RFC 8252, 7.3).

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Callback {
  /** The redirect URI. */
  address: string
  close(): void
}

const PATH = '/callback'

/**
 * Listens on a port of 127.0.0.1.
 *
 * @param preferred its port, if it is free: that of a client that was registered earlier
 * @param answer gets the parameters of each redirect, and returns what the browser shows
 */
export async function openCallback(
  preferred: number | undefined,
  answer: (parameters: URLSearchParams) => { text: string; ok: boolean },
): Promise<Callback> {
  const server = createServer((request, response) => {
    request.resume()
    const url = URL.canParse(request.url ?? '', 'http://127.0.0.1')
      ? new URL(request.url ?? '', 'http://127.0.0.1')
      : undefined
    const isRedirect = request.method === 'GET' && url?.pathname === PATH
    const { text, ok } = isRedirect ? answer(url.searchParams) : { text: 'not found', ok: false }
    response.writeHead(isRedirect ? (ok ? 200 : 400) : 404, HEADERS).end(pageOf(text))
  })
  const port = (preferred && (await listening(server, preferred))) || (await listening(server, 0)) || 0
  return {
    address: `http://127.0.0.1:${port}${PATH}`,
    close() {
      server.close()
      // The page was sent: a browser keeps its socket open for more.
      server.closeIdleConnections()
      server.unref()
    },
  }
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
}

function pageOf(text: string): string {
  const escaped = text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
  return `<!doctype html><meta charset="utf-8"><title>supportmax</title><p>${escaped}</p>\n`
}

/** The port; undefined if it is taken. */
function listening(server: Server, port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const failed = () => resolve(undefined)
    server.once('error', failed)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
