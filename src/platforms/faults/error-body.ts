import { isRecord, parsedJson } from '../../base/records.ts'
import type { ErrorFacts } from './evidence.ts'

/**
 * What the body of an error says, in any of the shapes that servers use; undefined if it has no words. An `error` may be an
 * object or a text, alone in a list (Google), or missing, with its fields at the top (vLLM, Mistral, xAI, FastAPI).
 */
export function factsIn(body: unknown): ErrorFacts | undefined {
  const [top] = Array.isArray(body) ? body : [body]
  if (!isRecord(top)) return undefined
  const error = isRecord(top.error) ? top.error : top
  const words = [messageIn(error, 0), upstreamWords(error)].filter(text => text !== undefined).join(': ')
  const codes = [error.code, error.type, error.status].flatMap(codeIn)
  const param = [error, upstreamError(error)].flatMap(one => codeIn(one.param)).join(' ') || undefined
  return words || codes.length > 0 ? { words, codes, param } : undefined
}

/** A router's own words are general ("Provider returned error"); those of the server behind it are in the metadata. */
function upstreamWords({ metadata }: Record<string, unknown>): string | undefined {
  if (!isRecord(metadata) || metadata.raw === undefined) return undefined
  const { raw } = metadata
  const said = typeof raw === 'string' ? (messageIn(parsedJson(raw), 0) ?? raw) : messageIn(raw, 0)
  return typeof metadata.provider_name === 'string' ? `${metadata.provider_name}: ${said}` : said
}

function upstreamError({ metadata }: Record<string, unknown>): Record<string, unknown> {
  const raw = isRecord(metadata) && typeof metadata.raw === 'string' ? parsedJson(metadata.raw) : undefined
  return isRecord(raw) && isRecord(raw.error) ? raw.error : {}
}

/** The headers of the error itself, and those that its body repeats (OpenRouter: everruns#2280), which count first. */
export function headersOf(error: unknown, headers: Headers | undefined): Headers {
  const all = new Headers(headers)
  const { metadata } = isRecord(error) ? error : {}
  const repeated = isRecord(metadata) && isRecord(metadata.headers) ? metadata.headers : {}
  for (const [name, value] of Object.entries(repeated))
    if (/^[\w-]+$/.test(name) && /^[\w.:-]+$/.test(String(value))) all.set(name, String(value))
  return all
}

const KEYS = ['message', 'Message', 'error_description', 'error', 'errors', 'detail', 'msg']

function messageIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  if (typeof value !== 'object' || value === null || depth > 4) return undefined
  const parts = Array.isArray(value) ? value.slice(0, 3) : KEYS.map(key => Reflect.get(value, key))
  for (const part of parts) {
    const message = messageIn(part, depth + 1)
    if (message !== undefined) return message
  }
  return undefined
}

function codeIn(value: unknown): string[] {
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}
