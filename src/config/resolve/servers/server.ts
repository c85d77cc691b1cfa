import { SupportError } from '../../../base/errors.ts'
import { didYouMean, oneLine } from '../../../base/text/words.ts'
import type { McpType } from '../../../catalog/type.ts'
import type { PackageSource } from '../../../packages/spec.ts'
import type { Path } from '../../document/problems.ts'
import type { CustomerInput, ServerInput } from '../../document/schema/document.ts'
import type { EnvEntry, ImageSource, LocalProgram, MaybeTemplate, Server } from '../../project.ts'
import type { Inherited, ResolveContext } from '../context.ts'
import { variableName } from '../identity.ts'
import { addressOf } from './address.ts'
import { authOf } from './auth.ts'
import { namedBases } from './bases.ts'
import type { ServerKind } from './kinds/kind.ts'
import { kindOf } from './kinds/untyped.ts'
import { headersEnv, headersOf, networkOf } from './network.ts'
import { packageOfType } from './packaged.ts'
import { toolsOf } from './tools.ts'
import { type ConfigValues, configValues } from './values.ts'

/** What all servers of one customer share. */
export interface CustomerScope {
  context: ResolveContext
  at: Path
  id: string
  input: CustomerInput
  /** Checked. */
  host: string | undefined
  inherited: Inherited
}

export function resolveServer(scope: CustomerScope, index: number): Server {
  const { context, id, inherited } = scope
  const input = scope.input.mcp_servers[index] as ServerInput
  const at = [...scope.at, 'mcp_servers', index]
  const kind = kindOf(context, input, at)
  const known = typeOf(context, input, at, kind)
  const type = known ?? anyType(context)
  const name = input.name ?? input.type ?? type.type
  const address = addressOf(context, input, at, { customer: id, name, type, kind })
  const access = inherited.access ?? 'read-only'
  const network = networkOf(context, { input, inherited, at, managed: address.managed })
  const headers = headersOf(context, at, input)
  const values = known
    ? configValues({
        context,
        at,
        input,
        type,
        host: scope.host,
        id,
        managed: address.managed,
      })
    : NOTHING
  const program = kind?.programOf?.(context, input, at)
  const isOwnType = context.catalog.get(type.type)?.isOwn === true
  const source = packageOfType(type, isOwnType ? context.file : undefined)
  const { caFile } = network
  const settings = context.document.container_settings
  return {
    customer: id,
    name,
    type: type.type,
    origin: kind ? 'entry' : isOwnType ? 'project' : 'catalog',
    system: input.type === undefined ? name : type.title,
    ...address,
    ...network,
    headers: address.managed ? {} : headers,
    newestProtocol: input.newest_protocol,
    hostPort: input.port,
    hostPortBase: settings?.port_ranges?.[type.type]?.start ?? type.ports.host,
    image: program?.image ?? imageOf(context, type, source, settings?.images?.[type.type]),
    args: [
      ...argsOf(type, address.transport === 'auto' ? type.transport : address.transport, access, caFile).map(
        template,
      ),
      ...values.args,
      ...(program?.args ?? []),
    ],
    env: [
      ...envOf(type, access, network, address.service),
      ...(address.managed ? headersEnv(context, at, type, headers) : []),
      ...values.env,
      ...(program?.env ?? []),
    ],
    tokenEnv: input.token_env ?? type.tokenEnv,
    tokenName: variableName('SUPPORTMAX_TOKEN', id, name),
    auth: authOf(context, at, input, address.managed),
    local: program ? program.local : localOf(type, source),
    limits: { ...type.limits, ...resources(inherited.limits), ...resources(input.limits) },
    extraHosts: input.extra_hosts ?? [],
    volumes: program?.volumes ?? values.volumes,
    loopback: [...values.loopback, ...network.loopback],
    ...toolsOf(context, at, { input, type, managed: address.managed }),
    access,
    prompt: type.prompt,
  }
}

const NOTHING: ConfigValues = { env: [], args: [], loopback: [], volumes: [] }

/** Any type, in place of an unknown one, so that the rest of the server is still checked. */
function anyType(context: ResolveContext): McpType {
  const [first] = context.catalog.values()
  if (!first)
    throw new SupportError('missing', 'the catalogue has no MCP types', { hint: 'reinstall supportmax' })
  return first
}

function typeOf(
  context: ResolveContext,
  input: ServerInput,
  at: Path,
  kind: ServerKind | undefined,
): McpType | undefined {
  if (input.type === undefined) return kind?.typeOf(input)
  const known = [...context.catalog.keys()]
  const type = context.catalog.get(input.type)
  if (!type)
    context.reporter.error(
      [...at, 'type'],
      `unknown type "${oneLine(input.type, 60)}"${didYouMean(input.type, known)}`,
      `use one of: ${known.join(', ')} (see \`supportmax types\`)`,
    )
  return type
}

function imageOf(
  { document }: ResolveContext,
  type: McpType,
  source: PackageSource | undefined,
  override: string | undefined,
): ImageSource {
  if (override !== undefined) return { kind: 'pull', ref: override, overrides: overrides(type, override) }
  if ('pull' in type.image) return { kind: 'pull', ref: type.image.pull }
  if (source) return { kind: 'package', package: source, ...namedBases(document, source.registry) }
  const program = 'build' in type.image ? type.image.build : ''
  return { kind: 'build', program, ...namedBases(document, 'own') }
}

function overrides({ image }: McpType, ref: string): 'release' | 'mirror' | 'program' {
  if (!('pull' in image)) return 'program'
  const [own, repository] = [repositoryOf(image.pull), repositoryOf(ref)]
  if (repository === own) return 'release'
  return repository.endsWith(`/${own}`) ? 'mirror' : 'program'
}

/** Without the tag and the digest, and without Docker Hub's own name. */
function repositoryOf(ref: string): string {
  return ref
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '')
    .replace(/^(index\.)?docker\.io\//, '')
}

function localOf(type: McpType, source: PackageSource | undefined): LocalProgram | undefined {
  if (source) return { kind: 'package', package: source }
  if (!type.local) return undefined
  return 'program' in type.local
    ? { kind: 'own', program: type.local.program }
    : { kind: 'command', command: type.local.command, install: type.local.install }
}

function argsOf(
  type: McpType,
  transport: Exclude<Server['transport'], 'auto'>,
  access: Server['access'],
  caFile: string | undefined,
): string[] {
  return [...type.args.always, ...type.args[transport], ...type.args[access], ...(caFile ? type.args.ca : [])]
}

function envOf(
  type: McpType,
  access: Server['access'],
  { caFile, proxy }: Pick<Server, 'caFile' | 'proxy'>,
  service: string,
): EnvEntry[] {
  const own = { ...type.env, ...(caFile ? type.caEnv : {}), ...(proxy ? type.proxyEnv : {}) }
  const entries = Object.entries(own).map(
    ([name, value]): EnvEntry => ({
      name,
      value: value === '{access}' ? access : template(value),
    }),
  )
  const proxied = proxy ? proxyEnv(proxy, service) : []
  return [
    ...entries,
    ...(type.local && 'program' in type.local && type.local.program === 'bridge'
      ? proxied.map(ofChild)
      : proxied),
  ]
}

/** For the bridge to pass on. */
function ofChild(entry: EnvEntry): EnvEntry {
  return { ...entry, name: `CHILD_${entry.name}` }
}

/** What programs read; the server's own addresses are never behind the proxy. */
function proxyEnv({ url, except }: NonNullable<Server['proxy']>, service: string): EnvEntry[] {
  return [
    { name: 'HTTP_PROXY', value: url },
    { name: 'HTTPS_PROXY', value: url },
    { name: 'NO_PROXY', value: ['localhost', '127.0.0.1', service, ...except].join(',') },
  ]
}

function template(text: string): MaybeTemplate {
  return text.includes('{') ? { template: text } : text
}

/** Without the keys of `limits` that are about money. */
function resources({
  cpus,
  memory,
  pids,
}: NonNullable<ServerInput['limits']> = {}): Partial<Server['limits']> {
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memory }),
    ...(pids === undefined ? {} : { pids }),
  }
}
