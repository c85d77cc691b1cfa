// Forms of entries that several clients share.

import type { HttpDoor, Launch } from '../client.ts'

/** What most clients take: https://modelcontextprotocol.io/docs/develop/connect-local-servers */
export function commandEntry({ command, args, env }: Launch) {
  return { command, args, ...(env && { env }) }
}

export function typedCommandEntry(launch: Launch) {
  return { type: 'stdio', ...commandEntry(launch) }
}

export function headersOf({ authorization }: HttpDoor) {
  return { headers: { Authorization: authorization } }
}

export function urlEntry(door: HttpDoor) {
  return { url: door.url, ...headersOf(door) }
}

/** With the client's name for streamable HTTP. */
export function typedUrlEntry(type: string) {
  return (door: HttpDoor) => ({ type, ...urlEntry(door) })
}

export function variableInBraces(name: string): string {
  return `\${${name}}`
}

export function envVariableInBraces(name: string): string {
  return `\${env:${name}}`
}
