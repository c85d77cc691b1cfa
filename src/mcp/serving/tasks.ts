// Tasks of the newer era: an extension that a client declares with each request. A server may answer a call of such a client
// with a task, and the client asks for it later. https://modelcontextprotocol.io/seps/2663-tasks-extension

import { ProtocolError, type Server, type ServerContext } from '@modelcontextprotocol/server'
import { MISSING_CAPABILITY } from '../../base/http/rpc-codes.ts'
import { isRecord } from '../../base/records.ts'
import { anyResult } from '../wire/result.ts'
import { capabilitiesIn } from './rounds.ts'
import { TASKS_EXTENSION } from './served.ts'

/** Names that the SDK keeps for the older era, unless a server takes their parameters as they come. */
const REUSED = ['tasks/get', 'tasks/cancel'] as const

const METHODS: ReadonlySet<string> = new Set([...REUSED, 'tasks/update'])

const REQUIRED = { extensions: { [TASKS_EXTENSION]: {} } }

/** @param method the only one that the server must know; it knows all where this is undefined */
export function handleTasks(
  server: Server,
  method: unknown,
  handle: NonNullable<Server['fallbackRequestHandler']>,
): void {
  for (const name of REUSED)
    if (method === undefined || method === name)
      server.setRequestHandler(name, { params: anyResult }, async (params, context) =>
        handle({ method: name, params } as never, context),
      )
}

/** Throws a ProtocolError if this is about a task, and the client has not declared that it knows tasks. */
export function requireTasks(method: string, context: ServerContext): void {
  if (!METHODS.has(method)) return
  const { extensions } = capabilitiesIn(context)
  if (isRecord(extensions) && isRecord(extensions[TASKS_EXTENSION])) return
  throw new ProtocolError(MISSING_CAPABILITY, `${method} needs the capability ${TASKS_EXTENSION}`, {
    requiredCapabilities: REQUIRED,
  })
}
