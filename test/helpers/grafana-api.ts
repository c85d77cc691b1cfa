// Behaves as the part of Grafana's HTTP API that the Grafana MCP server asks first: a token, two datasources, a
// dashboard. Answers on every wrong token and path as Grafana does.
import { createServer } from 'node:http'
import { freePort } from './ports.ts'

export interface GrafanaApi {
  url: string
  /** Paths that were asked with the right token. */
  asked: string[]
  /** From now on this token is the right one. */
  renewToken(token: string): void
  /** Until then, both are. */
  addToken(token: string): unknown
  /** Tokens that were right, in the order of the requests. */
  tokens: string[]
  stop(): Promise<void>
}

export async function startGrafanaApi(options: {
  address: string
  token: string
  name: string
}): Promise<GrafanaApi> {
  const { address, name } = options
  const right = new Set([options.token])
  const asked: string[] = []
  const tokens: string[] = []
  const answers: Record<string, unknown> = {
    '/api/frontend/settings': { buildInfo: { version: '12.0.0' } },
    '/api/datasources': [
      { id: 1, uid: `${name}-prometheus`, name: `${name} metrics`, type: 'prometheus', isDefault: true },
      { id: 2, uid: `${name}-loki`, name: `${name} logs`, type: 'loki', isDefault: false },
    ],
    '/api/search': [{ id: 1, uid: `${name}-overview`, title: `${name} overview`, type: 'dash-db' }],
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://grafana').pathname
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!right.has(token)) return send(401, { message: 'Invalid API key' })
    tokens.push(token)
    asked.push(path)
    return answers[path] === undefined ? send(404, { message: 'Not found' }) : send(200, answers[path])
  })
  const port = await freePort(address)
  await new Promise<void>(resolve => server.listen(port, address, resolve))
  return {
    url: `http://${address}:${port}`,
    asked,
    tokens,
    addToken: token => right.add(token),
    renewToken(renewed) {
      right.clear()
      right.add(renewed)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
