// What a server lists besides tools: resources, templates of resources, and prompts.

import { z } from 'zod'
import { redactedLine } from '../../../base/redact.ts'
import { Fault, type ServerOffers } from '../../connection.ts'
import { allPages, DEEPEST, isDeeperThan } from './pages.ts'

const words = z
  .string()
  .nullish()
  .transform(text => text ?? '')
const described = { name: words, description: words }
const ofType = { ...described, mimeType: words }

const resource = z.looseObject({ uri: z.string().min(1).max(8_192), ...ofType })
const template = z.looseObject({ uriTemplate: z.string().min(1).max(8_192), ...ofType })
const argument = z.looseObject({ ...described, required: z.boolean().nullish() })
const prompt = z.looseObject({
  ...described,
  name: z.string().min(1).max(256),
  arguments: z.array(argument).nullish(),
})

/** Sends a request for one page of a list, and returns what came. */
export type AskForPage = (method: string, params: { cursor?: string }) => Promise<Record<string, unknown>>

/** What was read of an entry, and the whole of it. */
type Entry<T> = [read: T, whole: Record<string, unknown>]

/**
 * All lists that the server says it has. A malformed entry is left out and counted. A list that fails is left out too, with
 * its reason: some servers say that they have prompts, and do not know how to list them.
 */
export async function listOffers(
  ask: AskForPage,
  capabilities: Record<string, unknown>,
): Promise<ServerOffers> {
  const offers: ServerOffers = { resources: [], templates: [], prompts: [], malformed: 0, failed: [] }
  const listed = async <T>(method: string, key: string, read: z.ZodType<T>): Promise<Entry<T>[]> => {
    try {
      const items = await allPages(async params => pageOf(await ask(method, params), key), wordsFor(key))
      const good = items.flatMap((item): Entry<T>[] => {
        const found = isDeeperThan(DEEPEST, item) ? undefined : read.safeParse(item)
        return found?.success ? [[found.data, item as Record<string, unknown>]] : []
      })
      offers.malformed += items.length - good.length
      return good
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'cancelled') throw error
      offers.failed.push({ what: wordsFor(key), reason: redactedLine(error.message, 200) })
      return []
    }
  }
  const hasResources = capabilities.resources !== undefined
  const [resources, templates, prompts] = await Promise.all([
    hasResources ? listed('resources/list', 'resources', resource) : [],
    hasResources ? listed('resources/templates/list', 'resourceTemplates', template) : [],
    capabilities.prompts === undefined ? [] : listed('prompts/list', 'prompts', prompt),
  ])
  for (const [{ uri, name, description, mimeType }] of resources)
    offers.resources.push({ uri, name, description, mimeType })
  for (const [{ uriTemplate, name, description, mimeType }, definition] of templates)
    offers.templates.push({ uriTemplate, name, description, mimeType, definition })
  for (const [{ name, description, arguments: args }, definition] of prompts)
    offers.prompts.push({
      name,
      description,
      arguments: (args ?? []).map(one => ({ name: one.name, required: one.required === true })),
      definition,
    })
  return offers
}

function wordsFor(key: string): string {
  return key === 'resourceTemplates' ? 'resource templates' : key
}

function pageOf(answer: Record<string, unknown>, key: string) {
  const items = answer[key]
  if (!Array.isArray(items)) throw new Fault('protocol', `the answer has no list of ${wordsFor(key)}`)
  return { items, next: typeof answer.nextCursor === 'string' ? answer.nextCursor : undefined }
}
