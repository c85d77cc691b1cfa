import { isRecord, parsedJson } from '../../base/records.ts'

/**
 * The same fetch, with the body of an error under `error`, the only place where the SDK looks: Google sends a list, vLLM
 * and Mistral put the fields at the top, xAI puts a text there and the code beside it.
 */
export function withErrorBodies(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async function fetchWithErrors(address, init) {
    const response = await fetch(address, init)
    if (response.ok) return response
    const { status, headers } = response
    const text = await response.text()
    const body = bodyOf(parsedJson(text))
    return new Response(body === undefined ? text : JSON.stringify(body), {
      status,
      headers: unencoded(headers),
    })
  }
}

function bodyOf(parsed: unknown): { error: unknown } | undefined {
  const [top] = Array.isArray(parsed) ? parsed : [parsed]
  if (!isRecord(top)) return undefined
  return { error: isRecord(top.error) ? top.error : top }
}

/** fetch has already decoded the body. */
function unencoded(headers: Headers): Headers {
  const kept = new Headers(headers)
  for (const name of ['content-encoding', 'content-length']) kept.delete(name)
  return kept
}
