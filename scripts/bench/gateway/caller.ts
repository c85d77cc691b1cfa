// A client that costs as little as possible, so that what is measured is behind it.

import { Pool } from 'undici'

export interface Caller {
  call(tool: string, args: object): Promise<string>
  list(): Promise<string[]>
  close(): Promise<void>
}

const PATIENT = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** A session at this address, of this revision of the older era. */
export async function openCaller(address: string, version: string, token?: string): Promise<Caller> {
  const url = new URL(address)
  const pool = new Pool(url.origin, { connections: 64 })
  const headers: Record<string, string> = {
    ...PATIENT,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  let id = 0
  const post = async (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    const answer = await pool.request({ path: url.pathname, method: 'POST', headers, body })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`HTTP ${answer.statusCode}: ${text.slice(0, 200)}`)
    const session = answer.headers['mcp-session-id']
    if (typeof session === 'string') headers['mcp-session-id'] = session
    return text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '')
  }
  const clientInfo = { name: 'bench', version: '1' }
  await post({
    id: ++id,
    method: 'initialize',
    params: { protocolVersion: version, capabilities: {}, clientInfo },
  })
  headers['mcp-protocol-version'] = version
  await post({ method: 'notifications/initialized' })
  return {
    async call(name, args) {
      const text = await post({ id: ++id, method: 'tools/call', params: { name, arguments: args } })
      const { result, error } = JSON.parse(text)
      if (error || result.isError) throw new Error(text.slice(0, 300))
      return result.content[0].text
    },
    async list() {
      const { result } = JSON.parse(await post({ id: ++id, method: 'tools/list' }))
      return result.tools.map((tool: { name: string }) => tool.name)
    },
    close: () => pool.close(),
  }
}
