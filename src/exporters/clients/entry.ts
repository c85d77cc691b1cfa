// What the entry of a customer says, and whether an entry is one of ours.

import { SupportError } from '../../base/errors.ts'
import type { Launch } from './client.ts'
import { entryText } from './file.ts'
import { type ClientPlace, entryName, hasFile, placeOf } from './place.ts'

/** What the entry says: a command, or the address of a door, with a token. */
export type ClientTarget = { kind: 'stdio'; launch: Launch } | { kind: 'http'; port: number }

/** The variable for the token of a customer's door. */
export function tokenVariable(customer: string): string {
  return `SUPPORTMAX_TOKEN_${customer.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
}

/** What a person would paste; with a placeholder where the client has no variables. */
export function printedEntry(place: Omit<ClientPlace, 'level'>, target: ClientTarget): string {
  checkTarget({ ...place, level: 'user' }, target)
  const entry = entryOf(place, target, '<TOKEN>')
  return entryText(place.client.syntax ?? 'json', placeOf(place), entry)
}

/** Throws `usage` for a client that cannot do it. */
export function checkTarget({ client, level }: ClientPlace, target: ClientTarget): void {
  if (target.kind === 'http' && !client.http)
    throw new SupportError('usage', `${client.title} cannot send a token over HTTP`, {
      hint: 'leave out --http: it then starts a command instead',
    })
  if (client.syntax && !hasFile(client, level))
    throw new SupportError('usage', `${client.title} has no file for a ${level}`, {
      hint: level === 'user' ? 'use --project' : 'leave out --project',
    })
  if (target.kind === 'http' && !client.variable && level === 'project')
    throw new SupportError(
      'usage',
      `${client.title} cannot read a variable, so the token would be in a file of the project`,
      { hint: 'leave out --project, or --http' },
    )
}

export function entryOf(
  { client, customer }: Pick<ClientPlace, 'client' | 'customer'>,
  target: ClientTarget,
  token: string | undefined,
): object {
  const name = entryName(customer)
  if (target.kind === 'stdio') return client.stdio(target.launch, name)
  const variable = client.variable ? tokenVariable(customer) : undefined
  const value = variable === undefined ? token : client.variable?.(variable)
  const url = `http://127.0.0.1:${target.port}/customers/${customer}/mcp`
  return client.http?.({ url, authorization: `Bearer ${value}`, variable }, name) ?? {}
}

/** Ours start `gateway` for the customer, or name its door. */
export function isOwn(name: string, entry: unknown): boolean {
  const prefix = entryName('')
  if (!name.startsWith(prefix)) return false
  const customer = name.slice(prefix.length)
  const texts = textsIn(entry)
  const isCommand = texts.includes('gateway') && texts.includes(customer)
  const isDoor = (text: string) =>
    /^http:\/\/127\.0\.0\.1:\d+\/customers\//.test(text) && text.endsWith(`/${customer}/mcp`)
  return isCommand || texts.some(isDoor)
}

export function tokenIn(entry: unknown): string | undefined {
  return textsIn(entry).flatMap(text => /^Bearer (smx_\S+)$/.exec(text)?.[1] ?? [])[0]
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
