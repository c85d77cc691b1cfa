import type { Server } from '../../../config/project.ts'

/** Variables with the address of a system that people open in a browser, too. */
const ADDRESSES = new Set(['GRAFANA_URL', 'ALERTMANAGER_URL'])

/** Where the system behind a server is opened, by the configuration alone; undefined if that does not say. */
export function addressOf({ env }: Pick<Server, 'env'>): string | undefined {
  for (const entry of env) {
    if (!('value' in entry) || !ADDRESSES.has(entry.name)) continue
    const url = entry.value
    if (typeof url !== 'string' || !URL.canParse(url)) continue
    const { protocol, username, password } = new URL(url)
    if (/^https?:$/.test(protocol) && username === '' && password === '') return url
  }
  return undefined
}
