// Like call.ts, for another MCP client: results are not turned into text, and approval is up to that client.

import { reasonOf } from '../base/errors.ts'
import { isRecord } from '../base/records.ts'
import { redact } from '../base/redact.ts'
import { keyOf, type Server } from '../config/project.ts'
import { Fault, type RawAnswer, type RequestOptions } from '../mcp/connection.ts'
import type { Unavailable } from '../mcp/endpoint.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import { allPages } from '../mcp/wire/listing/pages.ts'
import { toolListing } from '../mcp/wire/listing/tools.ts'
import { verdictOn } from './policy/verdict.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface RawDoor {
  /** Never throws. */
  answer(method: string, params: Record<string, unknown>, options: RequestOptions): Promise<RawAnswer>
}

interface RawDoorOptions {
  pool: ConnectionPool
  server: Server
  acceptedOf(server: Server): ReadonlySet<string>
}

/** Requests that only read. Whatever is not known here is refused: it might change something. */
const READS = new Set([
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
])

const METHOD_NOT_FOUND = -32_601
const INVALID_PARAMS = -32_602
const INTERNAL_ERROR = -32_603

/** One server of a customer, with exactly the tools that its access allows. */
export function rawDoor({ pool, server, acceptedOf }: RawDoorOptions): RawDoor {
  const key = keyOf(server)
  /** Verdicts of the last list, by name. */
  let verdicts = new Map<string, ReturnType<typeof verdictOn>>()

  const ask = async (method: string, params: object, options: RequestOptions) => {
    const answered = await pool.request(key, { method, params }, options)
    if ('state' in answered) throw new Gone(answered)
    return answered.result
  }

  async function listTools(signal: AbortSignal | undefined): Promise<unknown[]> {
    const items = await allPages(async params => {
      const page = await ask('tools/list', params, { signal, repeatable: true })
      const tools = Array.isArray(page.tools) ? page.tools : []
      return { items: tools, next: typeof page.nextCursor === 'string' ? page.nextCursor : undefined }
    }, 'tools')
    const policy = { ...server, accepted: acceptedOf(server) }
    verdicts = new Map(toolListing(items).tools.map(tool => [tool.name, verdictOn(tool, policy)]))
    const listed = new Set<string>()
    return items.filter(item => {
      const name = isRecord(item) ? String(item.name) : ''
      const isOffered = verdicts.get(name)?.kind === 'offered' && !listed.has(name)
      listed.add(name)
      return isOffered
    })
  }

  async function call(
    { name, arguments: args = {} }: Record<string, unknown>,
    options: RequestOptions,
  ): Promise<RawAnswer> {
    if (typeof name !== 'string' || !isRecord(args))
      return failure(INVALID_PARAMS, '"name" must be text, and "arguments" an object')
    if (!verdicts.has(name)) await listTools(options.signal)
    const verdict = verdicts.get(name)
    if (!verdict) return failure(INVALID_PARAMS, `unknown tool ${name}`)
    if (verdict.kind !== 'offered')
      return failure(INVALID_PARAMS, `${name} is ${verdict.kind.replace('-', ' ')}: ${verdict.reason}`)
    try {
      const repeatable = verdict.readOnly
      return passed(await ask('tools/call', { name, arguments: args }, { ...options, repeatable }))
    } catch (error) {
      return rejectionIn(error) ?? passed(toolError(`${name} failed: ${wordsOf(error)}`))
    }
  }

  async function answer(
    method: string,
    params: Record<string, unknown>,
    options: RequestOptions,
  ): Promise<RawAnswer> {
    if (method === 'tools/list') return passed({ tools: await listTools(options.signal) })
    if (method === 'tools/call') return call(params, options)
    if (READS.has(method)) return passed(await ask(method, params, { ...options, repeatable: true }))
    return failure(METHOD_NOT_FOUND, 'Method not found')
  }

  return {
    answer: (method, params, options) =>
      answer(method, params, options).catch(
        error => rejectionIn(error) ?? failure(INTERNAL_ERROR, wordsOf(error)),
      ),
  }
}

/** The server cannot be connected to now. */
class Gone extends Error {
  constructor({ reason, hint }: Unavailable) {
    super(`the server is unavailable: ${reason}${hint === '' ? '' : `; to fix it, ${hint}`}`)
  }
}

function passed(result: Record<string, unknown>): RawAnswer {
  return { result: withoutSecrets(result) }
}

function failure(code: number, message: string, data?: unknown): RawAnswer {
  return { error: withoutSecrets({ code, message: redact(message), ...(data !== undefined && { data }) }) }
}

/** What the server itself answered, if it is an error of JSON-RPC. */
function rejectionIn(error: unknown): RawAnswer | undefined {
  const cause = error instanceof Fault && error.fate === 'answered' ? error.cause : undefined
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'number') return undefined
  return failure(cause.code, cause.message, 'data' in cause ? cause.data : undefined)
}

function toolError(text: string): Record<string, unknown> {
  return { content: [{ type: 'text', text }], isError: true }
}

function wordsOf(error: unknown): string {
  return redact(reasonOf(error))
}
