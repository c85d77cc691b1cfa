import { bodyMessage, refusalWords } from './words.ts'

/**
 * A refusal by `system` that a tool's error quotes, in our words; undefined if it quotes none. Clients made by go-swagger
 * write `[GET /datasources][401] getDataSourcesUnauthorized {"message":"…"}` (mcp-grafana 2.1.1, github.com/go-openapi).
 */
export function quotedRefusal(text: string, system: string): string | undefined {
  const [, code, rest = ''] = /\[[A-Z]+ \/[^\]\s]*\]\s*\[(\d{3})\]\s*\w*\s*(.*)$/s.exec(text) ?? []
  if (code === undefined) return undefined
  const status = Number(code)
  // Anything else is how Go prints a struct.
  const body = /^[{["]/.test(rest) ? rest : ''
  // With these, a token was always sent.
  if (status !== 401) return `${system}: ${refusalWords({ status, headers: new Headers(), body })}`
  const own = bodyMessage(body)
  return `${system} rejected the token (HTTP 401)${own === undefined ? '' : `: ${own}`}`
}
