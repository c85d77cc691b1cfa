// Finds what `init` offers: systems on their usual ports, and files of other MCP clients.

import { dirname, relative } from 'node:path'
import { readIfThere } from '../../../base/files.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { type ForeignText, LARGEST_FOREIGN, readForeignText } from '../../../config/import/import.ts'
import type { UsualPlace } from '../../../config/import/places.ts'

/** A system that answered. */
export interface FoundSystem {
  type: string
  title: string
  url: string
}

/** A file with servers. */
export interface FoundFile extends ForeignText {
  client: string
  /** Names of its servers. */
  servers: string[]
}

/** How a system is recognised. */
interface SystemLook {
  type: string
  title: string
  url: string
  path: string
  /** A key that the JSON of its health has. */
  key: string
}

/** https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api; Alertmanager's OpenAPI, /api/v2/status. */
const SYSTEMS: readonly SystemLook[] = [
  { type: 'grafana', title: 'Grafana', url: 'http://127.0.0.1:3000', path: '/api/health', key: 'database' },
  {
    type: 'alertmanager',
    title: 'Alertmanager',
    url: 'http://127.0.0.1:9093',
    path: '/api/v2/status',
    key: 'versionInfo',
  },
]

/** The systems on 127.0.0.1 that answer as they should. Never throws for one that does not. */
export async function findSystems(signal: AbortSignal, looks = SYSTEMS): Promise<FoundSystem[]> {
  const found = await Promise.all(looks.map(one => answers(one, signal)))
  signal.throwIfAborted()
  return looks.filter((_, at) => found[at]).map(({ type, title, url }) => ({ type, title, url }))
}

async function answers({ url, path, key }: SystemLook, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url + path, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUTS.localLook)]),
    })
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && key in body
  } catch {
    return false
  }
}

/** The files that exist and have servers. A file that cannot be read is left out: nobody asked for it. */
export function findFiles(places: readonly UsualPlace[], folder: string): FoundFile[] {
  return places.flatMap(({ client, path }) => {
    try {
      const text = readIfThere(path, LARGEST_FOREIGN)
      if (text === undefined) return []
      const shown = relative(folder, path)
      const file = { name: shown.startsWith('..') ? path : shown, text, folder: dirname(path) }
      return [{ ...file, client, servers: readForeignText(file).servers.map(one => one.name) }]
    } catch {
      return []
    }
  })
}
