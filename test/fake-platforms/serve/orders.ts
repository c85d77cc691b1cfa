// Orders over HTTP, for use by hand and by other processes.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Instance } from '../instance.ts'
import { BREAKS, REFUSALS, rulesSchema, turnSchema } from '../turn.ts'
import { textOf } from './serve.ts'

const turns = z.array(turnSchema)

export const HELP = `One server that plays OpenAI, Azure OpenAI, Anthropic, Gemini and Vertex AI.

An instance is /<vendor> or /<vendor>-<name>: openai, azure, anthropic, google, vertex; openai-b is a second one.

  POST /_script/<instance>    [turn, ...]   one a completion, the last repeats
  POST /_listing/<instance>   [turn, ...]   the same for the list of models: only faults and delays
  POST /_rules/<instance>     {"mostTools": 64, "refuses": {"tools": ["x"], "by": "name"}, "models": ["m"],
                              "pageSize": 2, "deployments": "none", "listBody": "<html>", "signIn": "refused",
                              "unchecked": true}
  GET  /_requests/<instance>  completion requests so far; /_listings and /_sign-ins likewise
  POST /_reset                all instances as at the start

A turn: {"text": "hi", "calls": [{"name": "x", "args": {}}], "thinking": "hm", "usage": {"inputTokens": 9},
  "model": "m", "stop": "length", "delay": {"first": 100, "between": 20}, "pings": 3, "chunk": 4, "fault": "..."}

Faults: ${[...REFUSALS, ...BREAKS].join(', ')}
`

/** Whether the request was an order; it is answered then. */
export async function order(
  req: IncomingMessage,
  res: ServerResponse,
  instances: { get(name: string): Instance | undefined; reset(): void },
): Promise<boolean> {
  const { pathname } = new URL(req.url ?? '/', 'http://127.0.0.1')
  if (pathname === '/') return answer(res, 200, HELP)
  const [, verb, name = ''] = /^\/_([a-z-]+)(?:\/([a-z0-9-]+))?$/i.exec(pathname) ?? []
  if (!verb) return false
  if (verb === 'reset') {
    instances.reset()
    return answer(res, 200, { reset: true })
  }
  const instance = instances.get(name)
  if (!instance) return answer(res, 404, { error: `no such instance: ${name}; see GET /` })
  if (req.method === 'GET') {
    const records = RECORDS[verb]?.(instance)
    return records
      ? answer(res, 200, { timeOrigin: performance.timeOrigin, records })
      : answer(res, 404, { error: `no such list: ${verb}; see GET /` })
  }
  try {
    obey(instance, verb, JSON.parse(await textOf(req)))
    return answer(res, 200, { obeyed: name })
  } catch (error) {
    return answer(res, 400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) })
  }
}

const RECORDS: Record<string, (instance: Instance) => unknown> = {
  requests: instance => instance.requests,
  listings: instance => instance.listings,
  'sign-ins': instance => instance.signIns,
}

function obey(instance: Instance, verb: string, orders: unknown): void {
  if (verb === 'script') Object.assign(instance, { script: turns.parse(orders), turns: 0 })
  else if (verb === 'listing') instance.listing = turns.parse(orders)
  else if (verb === 'rules') instance.rules = rulesSchema.parse(orders)
  else throw new Error(`no such order: ${verb}; see GET /`)
}

function answer(res: ServerResponse, status: number, body: string | object): true {
  const isText = typeof body === 'string'
  res.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' })
  res.end(isText ? body : `${JSON.stringify(body, undefined, 2)}\n`)
  return true
}
