// The MCP registry's server.json: it says how a server may be started or reached, and what has to be filled in.

import { isRecord } from '../../base/records.ts'
import type { ForeignServer } from './foreign.ts'

/** A value to fill in: of a variable, an argument or a header. */
interface Input {
  name?: string
  value?: string
  default?: string
  isRequired?: boolean
  isSecret?: boolean
  variables?: Record<string, Input>
  /** Of an argument. */
  type?: string
  valueHint?: string
}

/** The server of the file; undefined if it is no server.json. */
export function registryServers(file: Record<string, unknown>): ForeignServer[] | undefined {
  // As the registry's API returns it, the file is under `server`.
  const found = camelKeys(isRecord(file.server) ? file.server : file)
  if (!isRecord(found) || typeof found.name !== 'string') return undefined
  const remotes = listOf(found.remotes)
  const packages = listOf(found.packages)
  if (remotes.length + packages.length === 0) return undefined
  const name = found.name.split('/').at(-1) ?? found.name
  const [remote] = remotes.toSorted((a, b) => rank(a) - rank(b))
  if (remote) return [withNote(remoteServer(name, remote), packages.map(packageText))]
  const usable = packages.find(one => kindOf(one) !== undefined)
  const others = packages.filter(one => one !== usable).map(packageText)
  return [usable ? withNote(packageServer(name, usable), others) : unusable(name, others)]
}

/** Streamable HTTP first: SSE is deprecated. */
function rank(remote: Record<string, unknown>): number {
  return (remote.type ?? remote.transportType) === 'sse' ? 1 : 0
}

function remoteServer(name: string, remote: Record<string, unknown>): ForeignServer {
  const notes: string[] = []
  const headers = listOf(remote.headers) as Input[]
  return {
    ...bare(name),
    url: filled(String(remote.url ?? ''), remote.variables as Input['variables']),
    transport: rank(remote) === 1 ? 'sse' : 'streamable-http',
    headers: valuesOf(headers, notes),
    notes,
  }
}

const KINDS: Record<
  string,
  { kind: 'package' | 'image'; text(identifier: string, version: string): string }
> = {
  npm: { kind: 'package', text: (name, version) => `npm:${name}${version && `@${version}`}` },
  pypi: { kind: 'package', text: (name, version) => `pypi:${name}${version && `==${version}`}` },
  // A newer file has the tag in the identifier.
  oci: {
    kind: 'image',
    text: (name, version) => (/[:@][^/]+$/.test(name) || !version ? name : `${name}:${version}`),
  },
}

function kindOf(one: Record<string, unknown>) {
  const transport = isRecord(one.transport) ? String(one.transport.type) : 'stdio'
  return transport === 'stdio' ? KINDS[String(one.registryType ?? one.registryName)] : undefined
}

function packageServer(name: string, one: Record<string, unknown>): ForeignServer {
  const notes: string[] = []
  const kind = kindOf(one)
  const text = kind?.text(String(one.identifier ?? one.name), String(one.version ?? '')) ?? ''
  if (listOf(one.runtimeArguments).length > 0) notes.push('not kept: runtimeArguments')
  return {
    ...bare(name),
    kind: kind?.kind ?? 'package',
    command: [text, ...(listOf(one.packageArguments) as Input[]).flatMap(arg => argumentWords(arg, notes))],
    env: valuesOf(listOf(one.environmentVariables) as Input[], notes),
    notes,
  }
}

function argumentWords(input: Input, notes: string[]): string[] {
  const { name = '', type, valueHint, isRequired } = input
  const value = textOfInput(input, name || valueHint)
  if (value === undefined && type !== 'named') {
    if (isRequired) notes.push(`fill in the argument <${valueHint ?? 'value'}>`)
    return isRequired ? [`<${valueHint ?? 'value'}>`] : []
  }
  if (type !== 'named') return [value ?? '']
  return value === undefined && !isRequired ? [] : [name, ...(value === undefined ? [] : [value])]
}

/** Values by name; optional ones without a value are left out, and named. */
function valuesOf(inputs: readonly Input[], notes: string[]): Record<string, string> {
  const values = inputs.map(input => [input.name ?? '', textOfInput(input, input.name)] as const)
  const unset = values.filter(([, value]) => value === undefined).map(([name]) => name)
  if (unset.length > 0) notes.push(`optional, not set: ${unset.join(', ')}`)
  return Object.fromEntries(values.filter((one): one is [string, string] => one[1] !== undefined))
}

/** What it says; a reference where a person has to fill it in. */
function textOfInput(
  { value, default: preset, isRequired, isSecret, variables }: Input,
  name = 'VALUE',
): string | undefined {
  if (value !== undefined) return filled(value, variables)
  if (isSecret) return isRequired === false ? undefined : reference(name)
  return preset ?? (isRequired ? reference(name) : undefined)
}

/** `{name}` replaced by the variable's default, or by a reference. */
function filled(text: string, variables: Record<string, Input> = {}): string {
  return text.replace(/(?<!\$)\{([\w-]+)\}/g, (whole, name: string) =>
    variables[name] === undefined
      ? whole
      : (textOfInput({ isRequired: true, ...variables[name] }, name) ?? ''),
  )
}

function reference(name: string): string {
  return `\${${name.replace(/^-+/, '')}}`
}

function bare(name: string): ForeignServer {
  const nothing = { url: undefined, cwd: undefined, envFile: undefined, transport: undefined }
  return { name, command: [], env: {}, headers: {}, dropped: [], ...nothing }
}

function unusable(name: string, others: readonly string[]): ForeignServer {
  return { ...bare(name), leftOut: `supportmax cannot install ${others.join(', ')}` }
}

function withNote(server: ForeignServer, others: readonly string[]): ForeignServer {
  if (others.length === 0) return server
  return { ...server, notes: [...(server.notes ?? []), `also available as ${others.join(', ')}`] }
}

function packageText({ registryType, registryName, identifier, name }: Record<string, unknown>): string {
  return `${registryType ?? registryName} ${identifier ?? name}`
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** Older files write `registry_type` for `registryType`. Names of variables are left alone. */
function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys)
  if (!isRecord(value)) return value
  const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) =>
      key === 'variables' ? [key, isRecord(one) ? mapRecord(one) : one] : [camel(key), camelKeys(one)],
    ),
  )
}

function mapRecord(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).map(([name, one]) => [name, camelKeys(one)]))
}
