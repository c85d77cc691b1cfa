import { z } from 'zod'
import { PAGE, page, pagingText, plural } from '../page.ts'
import { READS, type Tool, tool } from '../tool.ts'
import type { GenesysApi } from './api.ts'
import { allOf } from './listing.ts'

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
  const all = await allOf<Presence>(api, '/presence/definitions', {}, signal)
  return new Map(all.map(presence => [presence.id, wordOf(presence)]))
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
      const all = await allOf<Presence>(api, '/presence/definitions', {}, signal)
      const { items, paging } = page(all, args)
      return {
        summary: `${plural(all.length, 'presence definition')}.${pagingText(paging)}`,
        counts: { total: all.length },
        presences: items.map(each => ({ id: each.id, name: wordOf(each), system: each.systemPresence })),
        paging,
      }
    },
  })
}
