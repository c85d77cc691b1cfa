import type { Instance, Recorded, Vendor } from '../instance.ts'
import { anthropic } from '../refuse/anthropic.ts'
import { azure } from '../refuse/azure.ts'
import { google } from '../refuse/google.ts'
import { openai } from '../refuse/openai.ts'
import type { Refuse } from '../refuse/refused.ts'
import { completions } from '../wire/completions.ts'
import type { Ask, Wire } from '../wire/frame.ts'
import { gemini } from '../wire/gemini.ts'
import { messages } from '../wire/messages.ts'
import { responses } from '../wire/responses.ts'
import type { Endpoint, Route } from './route.ts'

export const REFUSE: Record<Vendor, Refuse> = {
  openai,
  azure,
  anthropic,
  google: google('gemini'),
  vertex: google('vertex'),
}

export const WIRES: Partial<Record<Endpoint['kind'], Wire>> = { responses, completions, messages, gemini }

/** The header that holds a vendor's key. */
export function keyOf(vendor: Vendor, headers: NodeJS.Dict<string | string[]>): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization?.toString() ?? '')?.[1]
  const own = { azure: 'api-key', anthropic: 'x-api-key', google: 'x-goog-api-key' }[vendor as string]
  // Azure's newer surface takes a key as a bearer token, too.
  return (own ? headers[own]?.toString() : undefined) ?? (vendor === 'google' ? undefined : bearer)
}

export function askOf(instance: Instance, { endpoint, deployment }: Route, { body }: Recorded): Ask {
  const named = endpoint?.kind === 'gemini' ? endpoint.model : (deployment ?? body.model)
  return { instance, model: typeof named === 'string' ? named : '', tools: toolsOf(body), body }
}

/** Names of the offered tools, whatever the dialect; what is no tool has an empty one. */
function toolsOf(body: Record<string, unknown>): string[] {
  const tools = Array.isArray(body.tools) ? (body.tools as (Record<string, unknown> | null)[]) : []
  return tools
    .flatMap(tool => (tool?.functionDeclarations as Record<string, unknown>[] | undefined) ?? [tool])
    .map(tool => String((tool?.function as { name?: string } | undefined)?.name ?? tool?.name ?? ''))
}
