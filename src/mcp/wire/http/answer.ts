// JSON-RPC inside the body of a response, whatever its status says.

export interface RpcAnswer {
  jsonrpc: '2.0'
  id: unknown
  result?: unknown
  error?: { code?: unknown; message?: unknown }
}

/** The answer to request `id` in a body of JSON, of a batch, or of an event stream; undefined if there is none. */
export function answerTo(id: unknown, body: string): RpcAnswer | undefined {
  return messagesIn(body).find(message => message.id === id && ('result' in message || 'error' in message))
}

/** Whether a refusal or a JSON-RPC error says that the server does not know our session. */
export function speaksOfSession(text: string): boolean {
  return /\bsession\b|not initialized|before initiali[sz]ation/i.test(text)
}

function messagesIn(body: string): RpcAnswer[] {
  const texts = /^\s*[{[]/.test(body)
    ? [body]
    : [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data ?? '')
  return texts.flatMap(parsed).filter(isMessage)
}

function parsed(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : [value]
  } catch {
    return []
  }
}

function isMessage(value: unknown): value is RpcAnswer {
  return typeof value === 'object' && value !== null && (value as { jsonrpc?: unknown }).jsonrpc === '2.0'
}
