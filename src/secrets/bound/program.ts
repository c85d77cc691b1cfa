// What decides where a managed server sends its credentials.

import type { Server } from '../../config/project.ts'
import { originOf, originsIn, type Part, plainPart, type Reveal, textPart } from './origins.ts'

/** The program without its release, where its settings lead, and what could divert it from there. */
export function programParts(server: Server, reveal: Reveal): Part[] {
  const targets = distinct(settingsOf(server).flatMap(setting => targetsIn(setting, reveal)))
  return [
    plainPart(programOf(server)),
    ...targets.flatMap((target, at) => [plainPart(at === 0 ? 'for' : 'and'), target]),
    ...divertedHosts(server, targets),
    ...throughProxy(server, targets, reveal),
  ]
}

/**
 * The proxy on the way, where it could read what passes: plain HTTP, or TLS when the configuration names a CA, which could
 * vouch for the proxy in place of the host.
 */
export function throughProxy(
  { proxy, caFile }: Pick<Server, 'proxy' | 'caFile'>,
  targets: readonly Part[],
  reveal: Reveal,
): Part[] {
  if (!proxy) return []
  const isProxied = ({ exact }: Part) => !proxy.except.some(entry => isExcept(hostIn(exact), entry))
  const isReadable = ({ exact }: Part) => caFile !== undefined || !/^(https|wss):\/\//.test(exact)
  const isSeen = targets.length === 0 ? caFile !== undefined : targets.filter(isProxied).some(isReadable)
  return isSeen ? [plainPart('through'), originOf(proxy.url, reveal)] : []
}

/** Only what every program reads in the same way, without ports and wildcards: anything else counts as proxied. */
function isExcept(host: string, entry: string): boolean {
  const name = entry.toLowerCase()
  return name !== '' && (host === name || (name.startsWith('.') && host.endsWith(name)))
}

function hostIn(origin: string): string {
  return origin.replace(/^[^/]*:\/\//, '').replace(/:\d+$/, '')
}

/** Without versions, which consent and locks cover: an update keeps its bindings. */
function programOf({ type, origin, image, local }: Server): string {
  const isOther = image.kind === 'pull' && image.overrides === 'program'
  if (origin === 'catalog' && !isOther) return type
  const command =
    local?.kind === 'bridge' ? [local.command] : local?.kind === 'command' ? local.command : undefined
  const contained =
    image.kind === 'pull'
      ? `image ${image.ref.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}`
      : image.kind === 'package'
        ? `${image.package.registry}:${image.package.name}`
        : `${image.program} of type ${type}`
  if (local?.kind === 'bridge') return `command ${local.command}`
  return command === undefined ? contained : `${contained}, or command ${command.join(' ')}`
}

/** A text with the name of its variable or option. */
interface Setting {
  name: string
  text: string
}

/** What people wrote. The proxy is another destination, and templates of the catalogue lead nowhere. */
function settingsOf({ env, args, proxy }: Server): Setting[] {
  const variables = env.flatMap((entry): Setting[] =>
    'value' in entry && typeof entry.value === 'string' && entry.value !== proxy?.url
      ? [{ name: entry.name, text: entry.value }]
      : [],
  )
  const options = args.flatMap((arg, at): Setting[] => {
    if (typeof arg !== 'string') return []
    const before = args[at - 1]
    const [, name = typeof before === 'string' ? before : ''] = /^(--?[\w-]+)=/.exec(arg) ?? []
    return [{ name, text: arg }]
  })
  return [...variables, ...options]
}

/** Names of settings that lead somewhere without being URLs, such as `--host` and `GENESYS_REGION`. */
const LEADING = /(host(name)?|account|region|domain|endpoint|server|site|address|instance)s?$/i

function targetsIn({ name, text }: Setting, reveal: Reveal): Part[] {
  if (text.includes('://')) return originsIn(text, reveal)
  return LEADING.test(name) ? [textPart(text, reveal)] : []
}

/** Addresses that the configuration gives to hosts. The engine's own name for this machine cannot be another one. */
function divertedHosts({ extraHosts, caFile }: Server, targets: readonly Part[]): Part[] {
  return extraHosts
    .filter(entry => entry !== 'host.docker.internal:host-gateway')
    .filter(entry => {
      const host = entry.replace(/[:=].*$/, '').toLowerCase()
      return caFile !== undefined || targets.some(one => one.exact.toLowerCase().includes(host))
    })
    .map(entry => plainPart(`with ${entry}`))
}

function distinct(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map(part => [part.exact, part])).values()].toSorted((a, b) =>
    a.exact < b.exact ? -1 : 1,
  )
}
