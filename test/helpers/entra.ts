import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { closing } from './closing.ts'

interface Answer {
  status?: number
  body: unknown
}

export interface Authority {
  url: string
  /** Path and form of each request for a token. */
  asked: { path: string; form: Record<string, string> }[]
}

/** A stand-in for Entra ID over https; closed after the test. `answer` gets the number of the request, from 0. */
export async function startAuthority(
  { cert, key }: { cert: string; key: string },
  answer: (count: number) => Answer | 'hang',
): Promise<Authority> {
  const asked: Authority['asked'] = []
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, async (req, res) => {
    let text = ''
    for await (const part of req) text += part
    asked.push({ path: req.url ?? '', form: Object.fromEntries(new URLSearchParams(text)) })
    const given = answer(asked.length - 1)
    if (given === 'hang') return
    const { status = 200, body } = given
    res.writeHead(status, { 'content-type': 'application/json' })
    res.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** An error as Entra ID writes it: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export function aadsts(code: number, words: string, error = 'invalid_client'): Answer {
  const trace =
    'Trace ID: 255d1aef-8c98-452f-ac51-23d051240864 Correlation ID: fb3d2015 Timestamp: 2026-11-26 12:00:00Z'
  const description = `AADSTS${code}: ${words} ${trace}`
  return { status: 401, body: { error, error_description: description, error_codes: [code] } }
}
