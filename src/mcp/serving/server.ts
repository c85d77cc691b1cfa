import {
  ProtocolError,
  Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Principal } from '../../access/principal.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { RawAnswer, ServerAbout } from '../connection.ts'
import { type OwnConnections, ownConnections } from './own.ts'
import { progressTo } from './progress.ts'
import { formFor, roundOf } from './rounds.ts'
import type { DoorRequest, Elicit, ServedDoor } from './served.ts'
import { TASKS_EXTENSION } from './served.ts'
import { handleTasks, requireTasks } from './tasks.ts'

export interface ServerFor {
  server: Server
  /** Its client's connections, to be closed with it. */
  own: OwnConnections | undefined
}

interface ServerKind {
  era: 'modern' | 'legacy'
  /** Of the only request that it will answer. */
  method?: unknown
}

/** The SDK's server for one client, or in the newer era for one request. */
export async function serverFor(
  served: ServedDoor,
  by: Principal,
  { era, method }: ServerKind,
): Promise<ServerFor> {
  const about = await served.about()
  const { name, version, instructions } = about
  const capabilities = capabilitiesOf(about, era === 'legacy' && served.openOwn !== undefined)
  const server = new Server(
    { name: name || 'unnamed', version: version || '0' },
    { capabilities, ...(instructions !== undefined && { instructions }) },
  )
  const own = era === 'legacy' ? ownConnections(server, served) : undefined
  const answer = async (method: string, given: Record<string, unknown>, context: ServerContext) => {
    if (!own) requireTasks(method, context)
    const progress = progressTo(context.mcpReq)
    const request: DoorRequest = {
      by,
      signal: context.mcpReq.signal,
      onProgress: progress?.report,
      pool: own?.poolFor(method),
      elicit: own && elicitWith(server, context),
    }
    const params = withoutToken(given)
    const round = own ? undefined : await roundOf(method, params, { served, context, by })
    const asked = { ...request, ...(round && { elicit: round.elicit }) }
    const answered = await served.answer(method, { ...params, ...round?.params }, asked)
    await progress?.sent()
    const result = resultOf(answered)
    return round ? round.resultOf(result) : result
  }
  const handle: NonNullable<Server['fallbackRequestHandler']> = ({ method, params = {} }, context) =>
    own ? own.during(context, () => answer(method, params, context)) : answer(method, params, context)
  // Without a handler, the SDK answers with HTTP 404, as the newer era demands.
  if (method === undefined || (typeof method === 'string' && served.serves(method)))
    server.fallbackRequestHandler = handle
  if (!own) handleTasks(server, method, handle)
  // The SDK answers this one by itself where logging is declared.
  if (capabilities.logging)
    server.setRequestHandler('logging/setLevel', async (request, context) =>
      handle(request as never, context),
    )
  return { server, own }
}

/** Without the token of the client's progress: our request to the server has its own. */
function withoutToken(params: Record<string, unknown>): Record<string, unknown> {
  const { _meta, ...rest } = params as { _meta?: Record<string, unknown> }
  const { progressToken: _, ...meta } = _meta ?? {}
  return Object.keys(meta).length === 0 ? rest : { ...rest, _meta: meta }
}

function resultOf(answered: RawAnswer): Record<string, unknown> {
  if ('result' in answered) return answered.result
  const { code, message, data } = answered.error
  throw new ProtocolError(code, message, data)
}

/** What a client can use. The rest of what servers declare is between them and a client's own connections. */
function capabilitiesOf({ capabilities }: ServerAbout, hasOwn: boolean): ServerCapabilities {
  const { tools, resources, prompts, completions, logging, tasks, extensions } =
    capabilities as ServerCapabilities
  const newTasks = extensions?.[TASKS_EXTENSION]
  return {
    ...(tools && { tools }),
    ...(resources && { resources: { ...resources, ...(hasOwn && { subscribe: true }) } }),
    ...(prompts && { prompts }),
    ...(completions && { completions }),
    ...(logging && hasOwn && { logging }),
    // Each era has its own.
    ...(tasks && hasOwn && { tasks }),
    ...(newTasks && !hasOwn && { extensions: { [TASKS_EXTENSION]: newTasks } }),
  }
}

/** Asks for consent by a form without fields: accepting it is the answer. */
function elicitWith(server: Server, { mcpReq }: ServerContext): Elicit | undefined {
  if (server.getClientCapabilities()?.elicitation === undefined) return undefined
  return async message => {
    const { params } = formFor(message)
    const related = { signal: mcpReq.signal, relatedRequestId: mcpReq.id, timeout: TIMEOUTS.elicitation }
    const { action } = await server.elicitInput({ ...params, mode: 'form' }, related)
    return action === 'accept'
  }
}
