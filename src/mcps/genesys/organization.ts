import { z } from 'zod'
import { listAnswer, PAGE, sliceOf } from '../answer/page.ts'
import { capital, plural } from '../answer/words.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi } from './api.ts'

/** get_organization and list_presence_definitions. */
export function organizationTools(api: GenesysApi): Tool[] {
  return [getOrganization(api), listPresenceDefinitions(api)]
}

interface Organization {
  id?: string
  name?: string
  thirdPartyOrgName?: string
  domain?: string
  defaultLanguage?: string
  state?: string
}

function getOrganization(api: GenesysApi): Tool {
  return tool({
    name: 'get_organization',
    title: 'Get the organization',
    description: 'Gets name and state of the Genesys Cloud organization; shows whether it can be reached.',
    input: z.strictObject({}),
    hints: READS,
    async run(_args, signal) {
      const organization = ((await api.get('/organizations/me', {}, signal)) ?? {}) as Organization
      const { id, name = '(no name)', thirdPartyOrgName, domain, defaultLanguage, state } = organization
      return {
        summary: `Signed in to the Genesys Cloud organization ${name} (${state ?? 'state unknown'}).`,
        organization: { id, name, short_name: thirdPartyOrgName, domain, language: defaultLanguage, state },
      }
    },
  })
}

interface Presence {
  id: string
  systemPresence: string
  languageLabels?: Record<string, string>
  deactivated?: boolean
}

/** Names of presences by their ids. */
export async function presencesOf(api: GenesysApi, signal: AbortSignal): Promise<Map<string, string>> {
  const all = await presenceDefinitions(api, signal)
  return new Map(all.map(presence => [presence.id, wordOf(presence)]))
}

// This list comes whole: the endpoint has no pageSize and no pageNumber, and repeats itself for every page asked for
// (SDK: PresenceApi, getPresenceDefinitions0).
async function presenceDefinitions(api: GenesysApi, signal: AbortSignal): Promise<Presence[]> {
  const reply = ((await api.get('/presence/definitions', {}, signal)) ?? {}) as { entities?: Presence[] }
  return reply.entities ?? []
}

function wordOf({ languageLabels, systemPresence }: Presence): string {
  return languageLabels?.en_US ?? Object.values(languageLabels ?? {})[0] ?? systemPresence
}

function listPresenceDefinitions(api: GenesysApi): Tool {
  return tool({
    name: 'list_presence_definitions',
    title: 'List presence definitions',
    description: 'Lists the presences an agent can have, with their ids.',
    input: z.strictObject(PAGE),
    hints: READS,
    async run(args, signal) {
      const all = await presenceDefinitions(api, signal)
      return listAnswer({
        slice: sliceOf(all, args),
        key: 'presences',
        describe: each => ({ id: each.id, name: wordOf(each), system: each.systemPresence }),
        summary: () => `${capital(plural(all.length, 'presence definition'))}.`,
        facts: { counts: { total: all.length } },
      })
    },
  })
}
