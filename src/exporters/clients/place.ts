// Where the entry of a customer is: in which file of another client, and under which name.

import { join } from 'node:path'
import type { ClientForm, ClientRoots } from './client.ts'
import type { EntryFile } from './file.ts'
import type { EntryPlace } from './formats/format.ts'

/** Of which customer, and where. */
export interface ClientPlace {
  client: ClientForm
  /** Its id. */
  customer: string
  level: ClientLevel
  roots: ClientRoots
  /** The folder of the project. */
  folder: string
}

export type ClientLevel = 'user' | 'project'

export function entryName(customer: string): string {
  return `supportmax-${customer}`
}

export function hasFile({ user, project }: ClientForm, level: ClientLevel): boolean {
  return (level === 'user' ? user : project) !== undefined
}

/** The files that the client reads at this level; the entry can be in any of them. */
export function entryFiles({ client, customer, level, roots, folder }: ClientPlace): EntryFile[] {
  const files =
    level === 'project'
      ? [join(folder, (client.project ?? '').replace('*', entryName(customer)))]
      : (client.user?.(roots) ?? [])
  const form = { syntax: client.syntax ?? ('json' as const), place: placeOf({ client, customer, level }) }
  return files.map(file => ({ file, ...form }))
}

export function placeOf({
  client,
  customer,
  level,
}: Pick<ClientPlace, 'client' | 'customer'> & { level?: ClientLevel }): EntryPlace {
  const { container, kind = 'object', head } = client
  return { container, kind, name: entryName(customer), head: level && head }
}
