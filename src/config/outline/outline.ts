// What completion needs to know of a configuration, without checking it: the schema takes longer to load than the shell waits.

import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readIfThere } from '../../base/files.ts'
import { packageRoot } from '../../base/package-root.ts'
import { isRecord } from '../../base/records.ts'
import { LARGEST_CONFIG, parseDocument } from '../document/parse.ts'
import { migrated } from '../older/grafana-servers.ts'
import { slug } from '../resolve/identity.ts'

export interface Outline {
  customers: { id: string; name: string; servers: string[] }[]
  platforms: string[]
}

/** The names in a configuration file; of a broken one, those that can be read. Never throws. */
export function outlineOf(file: string): Outline {
  try {
    const { value } = parseDocument(file, readIfThere(file, LARGEST_CONFIG) ?? '')
    const document = migrated(value)?.document ?? value
    if (!isRecord(document)) return { customers: [], platforms: [] }
    const customers = Array.isArray(document.customers) ? document.customers.filter(isRecord) : []
    return {
      customers: customers.map(one => ({
        id: textOf(one.id) ?? slug(textOf(one.name) ?? ''),
        name: textOf(one.name) ?? '',
        servers: serversOf(one.mcp_servers),
      })),
      platforms: isRecord(document.platforms) ? Object.keys(document.platforms) : [],
    }
  } catch {
    return { customers: [], platforms: [] }
  }
}

/** Names of the types: those of supportmax, and those beside the configuration. */
export function typeNames(config: string): string[] {
  const folders = [join(packageRoot(), 'templates', 'mcp-types'), join(dirname(resolve(config)), 'mcp-types')]
  const names = folders.flatMap(namesIn)
  return [...new Set(names)].sort()
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap(name =>
      name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
    )
  } catch {
    return []
  }
}

function serversOf(value: unknown): string[] {
  const servers = Array.isArray(value) ? value.filter(isRecord) : []
  return servers.flatMap(one => textOf(one.name) ?? textOf(one.type) ?? [])
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
