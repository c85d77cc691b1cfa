// Requests that go to the one server that an item belongs to.

import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  RESOURCE_NOT_FOUND,
} from '../../base/http/rpc-codes.ts'
import { isRecord } from '../../base/records.ts'
import type { RawAnswer } from '../../mcp/connection.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { isRefused } from '../calls/audited.ts'
import type { Reachable } from '../calls/gate.ts'
import { failure, passed, unavailableWords, workedOf } from '../calls/pass.ts'
import { rememberLinks } from '../resources/reader.ts'
import type { Answer, Answers, FaceAsking, FaceContext } from './context.ts'
import { taskAnswers } from './tasks/answers.ts'

/** Requests whose parameters are all known but the server. */
interface Routed {
  server: string
  method: string
  params: Record<string, unknown>
  /** For rules (default: a resource, except for prompts/get). */
  what?: Reachable
}

export function requestAnswers(context: FaceContext): Answers {
  const { find, live, servers } = context
  const tasks = taskAnswers(context)
  const ask = (routed: Routed, asking: FaceAsking) => askServer(context, routed, asking)
  const ofResource =
    (method: string): Answer =>
    async (params, asking) => {
      const found = await find.resource(params.uri, asking.pool)
      if (!found) return failure(RESOURCE_NOT_FOUND, 'Resource not found', { uri: params.uri })
      if (found.withheld !== undefined) return withheld('the template of this resource', found.withheld)
      return ask({ server: found.server, method, params: { ...params, uri: found.name } }, asking)
    }
  return {
    async 'tools/call'(params, asking) {
      const answer = await (await live.currentFor(params.name)).pass(params, asking)
      await tasks.noteCall(params, answer, asking)
      return answer
    },
    ...tasks.answers,
    async 'prompts/get'(params, asking) {
      const found = await find.prompt(params.name, asking.pool)
      if (!found) return failure(INVALID_PARAMS, `unknown prompt ${shownName(params.name)}`)
      if (found.withheld !== undefined)
        return withheld(`the prompt ${shownName(params.name)}`, found.withheld)
      const own = { ...params, name: found.name }
      return ask({ server: found.server, method: 'prompts/get', params: own }, asking)
    },
    async 'completion/complete'(params, asking) {
      const found = await referredTo(context, params.ref, asking.pool)
      if (!found) return failure(INVALID_PARAMS, 'unknown prompt or resource template in "ref"')
      if (found.withheld !== undefined) return withheld('what "ref" names', found.withheld)
      const own = { ...params, ref: found.ref }
      const { server, what } = found
      return ask({ server, method: 'completion/complete', params: own, what }, asking)
    },
    'resources/read': ofResource('resources/read'),
    'resources/subscribe': ofResource('resources/subscribe'),
    'resources/unsubscribe': ofResource('resources/unsubscribe'),
    async 'logging/setLevel'(params, asking) {
      // A server's messages on a shared connection belong to no client.
      if (!asking.pool) return failure(METHOD_NOT_FOUND, 'Method not found')
      const method = 'logging/setLevel'
      // Not every server has logs.
      await Promise.allSettled(servers.map(server => ask({ server, method, params }, asking)))
      return { result: {} }
    },
  }
}

/** Of a client: it may be anything. */
function shownName(name: unknown): string {
  return typeof name === 'string' ? name : `${JSON.stringify(name)}`
}

function withheld(what: string, reason: string): RawAnswer {
  return failure(INVALID_PARAMS, `${what} is withheld: ${reason}`)
}

/** What rules see of a request, and what records call it. Without `isShownEnough`, a rule can look at it and ask a person. */
interface RequestKind {
  what: Reachable
  name: string
  args: readonly string[]
  isShownEnough?: boolean
}

const SHOWN = { what: 'read_resource', isShownEnough: true } as const

const KINDS: Record<string, RequestKind> = {
  'prompts/get': { what: 'get_prompt', name: 'get_prompt', args: ['name', 'arguments'] },
  'resources/read': { what: 'read_resource', name: 'read_resource', args: ['uri'] },
  // Each notice of a change says that the resource exists, and when it changes.
  'resources/subscribe': { what: 'read_resource', name: 'subscribe_resource', args: ['uri'] },
  'resources/unsubscribe': { ...SHOWN, name: 'unsubscribe_resource', args: ['uri'] },
  'completion/complete': { ...SHOWN, name: 'complete', args: ['ref', 'argument'] },
  'logging/setLevel': { ...SHOWN, name: 'set_log_level', args: ['level'] },
}

/** After the policy and perhaps an approval, and with a record. */
async function askServer(context: FaceContext, routed: Routed, asking: FaceAsking): Promise<RawAnswer> {
  const { server, method, params } = routed
  const { by, approve, signal } = asking
  const kind = KINDS[method]
  if (!kind) throw new Error(`no kind of request: ${method}`)
  const args = Object.fromEntries(kind.args.map(name => [name, params[name]]))
  const reaching = { ...kind, what: routed.what ?? kind.what, server, args, by, approve, signal }
  const toolset = await context.live.current()
  const result = await toolset.reach(reaching, async () =>
    workedOf(await answerOf(context, routed, asking), 'contents'),
  )
  return isRefused(result) ? failure(INVALID_PARAMS, result.text) : result.value
}

async function answerOf(
  { customer, pool: shared, seen }: FaceContext,
  { server, method, params }: Routed,
  { pool = shared, signal, onProgress }: FaceAsking,
): Promise<RawAnswer> {
  const key = { customer, server }
  const answered = await pool.request(key, { method, params }, { signal, onProgress, repeatable: true })
  if ('state' in answered) return failure(INTERNAL_ERROR, unavailableWords(server, answered))
  if (method === 'resources/read') rememberLinks(seen, key, { links: urisIn(answered.result.contents) })
  return passed(answered.result)
}

/** What the `ref` of a completion names, as its server calls it. */
async function referredTo(
  { find }: FaceContext,
  ref: unknown,
  pool: ConnectionPool | undefined,
): Promise<{ server: string; ref: object; what: Reachable; withheld: string | undefined } | undefined> {
  if (!isRecord(ref)) return undefined
  const isPrompt = ref.type === 'ref/prompt'
  const found = isPrompt ? await find.prompt(ref.name, pool) : await find.template(ref.uri, pool)
  if (!found) return undefined
  const own = { ...ref, [isPrompt ? 'name' : 'uri']: found.name }
  const what = isPrompt ? 'get_prompt' : 'read_resource'
  return { server: found.server, ref: own, what, withheld: found.withheld }
}

function urisIn(contents: unknown): string[] {
  const parts = Array.isArray(contents) ? contents : []
  return parts.flatMap(part => (isRecord(part) && typeof part.uri === 'string' ? [part.uri] : []))
}
