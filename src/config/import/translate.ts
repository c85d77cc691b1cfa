// Turns a server of another client's file into one of ours, and moves its secrets to the credentials.

import { statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import { slug } from '../resolve/identity.ts'
import { OWN_HEADERS } from '../resolve/servers/network.ts'
import { type ForeignServer, isDocker } from './foreign.ts'
import { type Naming, textsFor } from './texts.ts'

export interface Translated {
  /** Its name in the other file. */
  from: string
  /** As it is written into mcp_servers.json; undefined if it was left out. */
  server: Record<string, unknown> | undefined
  /** What a person should know, a line each. */
  notes: string[]
}

interface TranslateOptions extends Naming {
  /** Names of servers that the customer has already. */
  taken: Set<string>
  /** The project's own credentials, of all customers. */
  credentialsFile: string
}

export function translate(foreign: ForeignServer, options: TranslateOptions): Translated {
  const remote = remoteOf(foreign)
  const source = remote ?? foreign
  const notes = [...droppedNotes(source), ...(foreign.notes ?? [])]
  if (foreign.leftOut !== undefined)
    return { from: foreign.name, server: undefined, notes: [`left out: ${foreign.leftOut}`] }
  const name = freeName(slug(foreign.name).replace(/^[^a-z]+/, '') || 'server', options.taken)
  options.taken.add(name)
  if (name !== foreign.name) notes.push(`named ${name}`)
  const texts = textsFor(name, options, notes)
  if (source.url !== undefined) {
    const own = Object.keys(source.headers).filter(key => OWN_HEADERS.test(key))
    if (own.length > 0) notes.push(`not kept: ${own.join(', ')}: set by supportmax itself`)
    const kept = Object.entries(source.headers).filter(([key]) => !OWN_HEADERS.test(key))
    const headers = mapValues(Object.fromEntries(kept), (key, value) => texts.value(key, value))
    const server = {
      name,
      url: texts.url(source.url),
      ...(source.transport && { transport: source.transport }),
      ...(!source.transport && !/\/sse\/?$/.test(source.url) && { transport: 'auto' }),
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(foreign.tools && { tools: foreign.tools }),
    }
    if (remote) notes.push('mcp-remote is not needed: supportmax connects by itself')
    return { from: foreign.name, server, notes }
  }
  const { args, env } = withoutDockerValues(foreign)
  const [command = ''] = foreign.command
  if (foreign.envFile !== undefined) notes.push(`with the variables in ${foreign.envFile}`)
  const filed = foreign.envFile === undefined ? {} : variablesIn(foreign.envFile, options.credentialsFile)
  const variables = mapValues({ ...filed, ...env }, (key, value) => texts.value(key, value))
  const words = texts.args(args)
  const inArgs = words.some(word => /\$\{[A-Z_]/.test(word))
  if (inArgs)
    notes.push('its arguments hold secrets, which every user of this machine can see; use "env" if it can')
  const server = {
    name,
    [foreign.kind ?? 'command']: command,
    ...(words.length > 0 && { args: words }),
    ...(Object.keys(variables).length > 0 && { env: variables }),
    ...(foreign.cwd !== undefined && { cwd: foreign.cwd }),
    ...(foreign.kind === 'image' && !foreign.isHttp && { transport: 'stdio' }),
    ...(inArgs && { secrets_in_args: true }),
    ...(foreign.tools && { tools: foreign.tools }),
  }
  return { from: foreign.name, server, notes }
}

const LARGEST = 1_048_576

/** Of an `envFile`. */
function variablesIn(path: string, credentialsFile: string): Record<string, string> {
  if (isSameFile(path, credentialsFile))
    throw new SupportError('usage', `${path}: holds the credentials of all customers`, {
      hint: 'remove "envFile", or name a file with the variables of this server',
    })
  const text = readIfThere(path, LARGEST)
  if (text === undefined)
    throw new SupportError('usage', `${path}: file not found`, {
      hint: 'correct "envFile", or create the file',
    })
  return Object.fromEntries(Object.entries(parseEnv(text)).map(([key, value]) => [key, value ?? '']))
}

function isSameFile(path: string, other: string): boolean {
  const [one, two] = [path, other].map(file => statSync(file, { throwIfNoEntry: false }))
  return one !== undefined && one.ino === two?.ino && one.dev === two.dev
}

const TRUST = /^(always_?allow.*|auto_?approve.*|trust|trusted|.*approval.*)$/i

function droppedNotes({ dropped }: ForeignServer): string[] {
  const trust = dropped.filter(key => TRUST.test(key))
  const others = dropped.filter(key => !TRUST.test(key))
  return [
    ...(trust.length > 0 ? [`not kept: ${trust.join(', ')}: what another client may do without asking`] : []),
    ...(others.length > 0 ? [`not kept: ${others.join(', ')}`] : []),
  ]
}

/** What `npx mcp-remote URL` connects to. */
function remoteOf({ command, env, ...rest }: ForeignServer): ForeignServer | undefined {
  const at = command.findIndex(word => /^mcp-remote(@.*)?$/.test(word))
  const url = at < 0 ? undefined : command.slice(at + 1).find(word => /^https?:/.test(word))
  if (url === undefined) return undefined
  const headers = command.flatMap((word, i): [string, string][] => {
    const [, name, value] =
      (word === '--header' ? command[i + 1] : undefined)?.match(/^([^:]+):\s*(.*)$/) ?? []
    return name === undefined || value === undefined ? [] : [[name, filled(value, env)]]
  })
  const flags = command.slice(at + 1).filter(word => /^--?[a-z]/.test(word) && !/^--header$/.test(word))
  const dropped = [...rest.dropped, ...flags.map(flag => `mcp-remote ${flag.replace(/=.*/s, '')}`)]
  return { ...rest, command: [], env: {}, url, headers: Object.fromEntries(headers), dropped }
}

/** With the variables of the entry itself. */
function filled(text: string, env: Record<string, string>): string {
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole)
}

/** `docker run -e KEY=value` -> `-e KEY`, with the value in the environment, where Docker takes it from. */
function withoutDockerValues({ command, env }: ForeignServer): {
  args: string[]
  env: Record<string, string>
} {
  const [program = '', ...args] = command
  if (!isDocker(program)) return { args, env }
  const moved: Record<string, string> = {}
  const words = args.map((word, i) => {
    const isValue = /^(-e|--env)$/.test(args[i - 1] ?? '')
    const [, flag = '', key, value] = /^(--env=|-e=)?([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
    if (key === undefined || value === undefined || !(isValue || flag)) return word
    moved[key] = value
    return `${flag}${key}`
  })
  return { args: words, env: { ...moved, ...env } }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}-${number}`)) number++
  return `${name}-${number}`
}

function mapValues(values: Record<string, string>, map: (key: string, value: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(key, value)]))
}
