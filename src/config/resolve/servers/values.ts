import { dirname, resolve } from 'node:path'
import { didYouMean, oneLine } from '../../../base/text/words.ts'
import type { ConfigKey, McpType } from '../../../catalog/type.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema/document.ts'
import { credentialName } from '../../document/schema/names.ts'
import { MOUNTS } from '../../launch.ts'
import type { EnvEntry, LoopbackAddress, MaybeTemplate, Volume } from '../../project.ts'
import { referenceFault, referencesIn } from '../../references.ts'
import type { ResolveContext } from '../context.ts'
import { capitals } from '../identity.ts'
import { loopbackIn, readUrl } from '../urls.ts'
import { matchesWhole, without } from './pattern.ts'

interface ValuesScope {
  context: ResolveContext
  at: Path
  input: ServerInput
  type: McpType
  host: string | undefined
  id: string
  managed: boolean
}

export interface ConfigValues {
  env: EnvEntry[]
  args: MaybeTemplate[]
  loopback: LoopbackAddress[]
  /** Files and folders that a container needs. */
  volumes: Volume[]
}

/** A server's `config`, checked against its type, as environment variables and arguments. */
export function configValues(given: ValuesScope): ConfigValues {
  const scope: Scope = { ...given, loopback: [], volumes: [] }
  const written = byCanonicalName(scope)
  const env: EnvEntry[] = []
  const args: MaybeTemplate[] = []
  for (const [name, key] of Object.entries(scope.type.config)) {
    const value = settingOf(scope, name, key, written.get(name))
    if (value === undefined) continue
    const text = key.kind === 'path' ? mounted(scope, name, value) : value
    if (key.env !== undefined)
      env.push(
        key.kind === 'credential'
          ? credentialEntry(scope, key, { value, required: key.required || written.has(name) })
          : { name: key.env, value: text },
      )
    if (key.arg !== undefined) args.push(...(key.arg === '' ? [] : [key.arg]), text)
  }
  return { env, args, loopback: scope.loopback, volumes: scope.volumes }
}

function credentialEntry(
  { context }: Scope,
  { env = '', fileEnv, header }: ConfigKey,
  { value, required }: { value: string; required: boolean },
): EnvEntry {
  const entry = { name: env, credential: value, required, ...(header ? { header: true as const } : {}) }
  const file = fileEnv === undefined ? undefined : fileOf(context, value)
  return fileEnv === undefined || file === undefined ? entry : { ...entry, name: fileEnv, file }
}

/** The file from which a credential is read, if the configuration says so. */
function fileOf({ document, file }: ResolveContext, name: string): string | undefined {
  const { from = {} } = document.secrets ?? {}
  const path = Object.hasOwn(from, name) ? from[name]?.file : undefined
  return path === undefined ? undefined : resolve(dirname(file), path)
}

interface Scope extends ValuesScope {
  /** Collected while the values are read. */
  loopback: LoopbackAddress[]
  volumes: Volume[]
}

/** A path of this machine as the program sees it: launch() knows whether that is in a container. */
function mounted({ context, volumes }: Scope, name: string, path: string): MaybeTemplate {
  volumes.push({ source: resolve(dirname(context.file), path), target: `${MOUNTS}${name}` })
  return { template: `{mount_${name}}` }
}

interface Written {
  value: unknown
  path: Path
}

function byCanonicalName({ context, at, input, type }: ValuesScope): Map<string, Written> {
  const written = new Map<string, Written>()
  const names = Object.entries(type.config)
  for (const [key, value] of Object.entries(input.config ?? {})) {
    const path = [...at, 'config', key]
    const canonical = names.find(([name, spec]) => name === key || spec.aliases.includes(key))?.[0]
    if (canonical === undefined) {
      const known = names.flatMap(([name, spec]) => [name, ...spec.aliases])
      context.reporter.error(
        path,
        `unknown key for type ${type.type}${didYouMean(key, known)}`,
        `use one of: ${names.map(([name]) => name).join(', ')}`,
      )
    } else if (written.has(canonical)) {
      context.reporter.error(path, `is the same setting as "${canonical}"`, 'remove one of them')
    } else written.set(canonical, { value, path })
  }
  return written
}

function settingOf(
  scope: Scope,
  name: string,
  key: ConfigKey,
  written: Written | undefined,
): string | undefined {
  if (written) return checked(scope, key, written)
  if (!scope.managed) return undefined
  if (key.default !== undefined) return key.default
  const derived = derive(scope, name, key)
  if (derived === undefined && key.required)
    scope.context.reporter.error(
      [...scope.at],
      `needs "${name}"${key.derive?.includes('{host}') ? ', or a customer "host" to derive it from' : ''}`,
      `add "${name}" to "config": ${key.description}`,
    )
  return derived
}

function derive(scope: Scope, name: string, key: ConfigKey): string | undefined {
  if (key.derive === undefined || (key.derive.includes('{host}') && scope.host === undefined))
    return undefined
  const value = key.derive.replace('{host}', scope.host ?? '').replace('{ID}', capitals(scope.id))
  const written = { value, path: [...scope.at] }
  if (key.warn)
    scope.context.reporter.warn(
      scope.at,
      `"${name}" is not set; assuming ${value}`,
      `add "${name}" to "config"`,
    )
  return checked(scope, key, written)
}

function checked(scope: Scope, key: ConfigKey, { value, path }: Written): string | undefined {
  const { reporter } = scope.context
  if (key.kind === 'credential') {
    const parsed = credentialName.safeParse(value)
    if (!parsed.success)
      reporter.error(path, parsed.error.issues[0]?.message ?? 'must be the name of a credential')
    return parsed.success ? parsed.data : undefined
  }
  const words = key.kind === 'list' && Array.isArray(value) ? value.join(',') : value
  if (key.kind === 'number' && typeof value === 'number') {
    const fault = rangeFault(key, value)
    if (fault !== undefined) reporter.error(path, fault)
    return String(value)
  }
  if (typeof words !== 'string' || words === '' || words.length > 2_000) {
    reporter.error(path, SHAPES[key.kind])
    return undefined
  }
  if (key.kind === 'url') return checkedUrl(scope, words, path)
  const unfilled = referenceFault(words)
  if (unfilled) reporter.error(path, unfilled.message, unfilled.hint)
  if (referencesIn(words).length > 0) return words
  if (key.kind === 'number') {
    reporter.error(path, SHAPES.number)
    return undefined
  }
  const fault = textFault(key, words)
  if (fault !== undefined) reporter.error(path, fault.message, fault.hint)
  return words
}

const SHAPES = {
  number: 'must be a number',
  list: 'must be a list of words',
  url: 'must be the text of a URL',
  path: 'must be a path',
  text: 'must be non-empty text of at most 2,000 characters',
}

function rangeFault({ range }: ConfigKey, value: number): string | undefined {
  if (!Number.isFinite(value)) return SHAPES.number
  if (range?.whole && !Number.isInteger(value)) return 'must be a whole number'
  if (range?.min !== undefined && value < range.min) return `must be ${range.min} or more`
  return range?.max !== undefined && value > range.max ? `must be ${range.max} or less` : undefined
}

function textFault({ values, ignore, pattern }: ConfigKey, text: string) {
  const isMatch = pattern && matchesWhole(text, pattern.match)
  if (isMatch === false) return { message: `must be ${pattern?.words}`, hint: undefined }
  const core = ignore === undefined ? text : without(text.trim(), ignore)
  if ((pattern && isMatch === undefined) || core === undefined)
    return {
      message: "takes too long to compare with its type's pattern",
      hint: 'simplify "pattern" or "ignore" in its type',
    }
  if (!values) return undefined
  if (values.some(one => one.toLowerCase() === core.toLowerCase())) return undefined
  return {
    message: `unknown value "${oneLine(text, 60)}"${didYouMean(core, values)}`,
    hint: `use one of: ${values.join(', ')}`,
  }
}

function checkedUrl(scope: Scope, text: string, path: Path): string | undefined {
  const { context, type, managed, loopback } = scope
  const { reporter } = context
  const written = readUrl(text, path, reporter, `https://${type.type}.example.com`)
  if (!written) return undefined
  if (managed) loopback.push(...loopbackIn(context, written.url, path))
  return text
}
