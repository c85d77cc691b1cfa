// What npm and uv get of a person's environment and settings: how to reach the registry, and nothing of a customer.

import { join } from 'node:path'
import { readIfThere } from '../../base/files.ts'

/** Environment variables of the caller. */
export type Variables = Readonly<Record<string, string | undefined>>

const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy']
const PLAIN = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'LANG', 'LC_ALL', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME']
const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']

/** Settings of uv that concern its index, in variables: https://docs.astral.sh/uv/reference/environment/ */
const INDEX =
  /^UV_(DEFAULT_INDEX|INDEX(_\w+)?|EXTRA_INDEX_URL|FIND_LINKS|INSECURE_HOST|HTTP_\w+|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER)$/
/** https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables; the others could change what is executed. */
const NPM =
  /^npm_config_(registry|userconfig|globalconfig|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|cache|fetch_\w+)$/i

/** The environment in which npm and uv run on this machine. */
export function toolEnvironment(env: Variables): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value !== undefined && isForTools(name) ? [[name, value]] : [],
  )
  const named = namedInNpmrc(env).flatMap((name): [string, string][] =>
    env[name] === undefined ? [] : [[name, env[name]]],
  )
  return { ...Object.fromEntries(named), ...pipIndex(env), ...Object.fromEntries(kept), ...FIXED }
}

const FIXED = {
  UV_PYTHON_DOWNLOADS: 'never',
  UV_NO_PROGRESS: '1',
  NO_COLOR: '1',
  npm_config_update_notifier: 'false',
  // Its logs hold the password in a registry's address.
  npm_config_logs_max: '0',
}

function isForTools(name: string): boolean {
  return (
    PLAIN.includes(name) ||
    name === 'UV_CACHE_DIR' ||
    CERTIFICATES.includes(name) ||
    PROXIES.includes(name.toLowerCase()) ||
    INDEX.test(name) ||
    NPM.test(name)
  )
}

/** Text of the user's own .npmrc. A project's could name programs for npm to run, so it is not read. */
function userNpmrc(env: Variables): string {
  const path = env.npm_config_userconfig || (env.HOME ? join(env.HOME, '.npmrc') : '')
  return path === '' ? '' : (readIfThere(path) ?? '')
}

/** `${NPM_TOKEN}` in a .npmrc is filled in by npm. */
function namedInNpmrc(env: Variables): string[] {
  return [...userNpmrc(env).matchAll(/\$\{(\w+)\??\}/g)].flatMap(([, name]) => name ?? [])
}

/** uv does not read pip's settings, and people have their index there. */
function pipIndex(env: Variables): Record<string, string> {
  const settings = {
    ...pipSettings(env),
    ...definedOnly({ index: env.PIP_INDEX_URL, extra: env.PIP_EXTRA_INDEX_URL }),
  }
  return {
    ...(settings.index && { UV_DEFAULT_INDEX: settings.index }),
    ...(settings.extra && { UV_INDEX: settings.extra }),
  }
}

interface PipSettings {
  index?: string
  extra?: string
}

function definedOnly(settings: { [K in keyof PipSettings]: string | undefined }): PipSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value))
}

/** https://pip.pypa.io/en/stable/topics/configuration/ */
function pipSettings(env: Variables): PipSettings {
  const home = env.HOME ?? ''
  const places = [
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'pip', 'pip.conf'),
    env.PIP_CONFIG_FILE ?? '',
  ]
  const text = places.map(place => (place === '' ? '' : (readIfThere(place) ?? ''))).join('\n')
  const last = (key: string) =>
    [...text.matchAll(new RegExp(`^\\s*${key}\\s*[=:]\\s*(\\S+)`, 'gm'))].at(-1)?.[1]
  return definedOnly({ index: last('index-url'), extra: last('extra-index-url') })
}

/** What a build in a container gets, as secrets that stay in no layer. */
export interface BuildSettings {
  /** Environment variables. */
  variables: Record<string, string>
  npmrc: string
  /** A bundle of certificates. */
  ca: string
  uvToml: string
}

/** Lines of a .npmrc that say how to reach a registry; others are about this machine's paths. */
const NPMRC_LINE =
  /^\s*(registry|@[\w.~-]+:registry|\/\/[^=]+|proxy|https-proxy|noproxy|strict-ssl|ca(\[\])?|always-auth)\s*=/

/** The settings for a build, read each time. */
export function buildSettings(env: Variables): BuildSettings {
  const own = toolEnvironment(env)
  const isWanted = (name: string) => PROXIES.includes(name.toLowerCase()) || INDEX.test(name)
  const npmrc = [...npmrcLines(userNpmrc(env), env), ...npmrcVariables(env)]
  const caFile = npmSetting(env, 'cafile') ?? env.NODE_EXTRA_CA_CERTS ?? env.SSL_CERT_FILE ?? ''
  const uvToml = join(env.XDG_CONFIG_HOME || join(env.HOME ?? '', '.config'), 'uv', 'uv.toml')
  return {
    variables: Object.fromEntries(Object.entries(own).filter(([name]) => isWanted(name))),
    npmrc: npmrc.map(line => `${line}\n`).join(''),
    ca: caFile === '' ? '' : (readIfThere(caFile) ?? ''),
    uvToml: readIfThere(uvToml) ?? '',
  }
}

function npmrcLines(text: string, env: Variables): string[] {
  return text
    .split('\n')
    .filter(line => NPMRC_LINE.test(line))
    .map(line => line.replace(/\$\{(\w+)\??\}/g, (whole, name: string) => env[name] ?? whole))
}

/** Variables win in npm, too. */
function npmrcVariables(env: Variables): string[] {
  const names = ['registry', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl']
  return names.flatMap(name => {
    const value = env[`npm_config_${name}`] ?? env[`NPM_CONFIG_${name.toUpperCase()}`]
    return value ? [`${name.replaceAll('_', '-')}=${value}`] : []
  })
}

function npmSetting(env: Variables, name: string): string | undefined {
  const written = new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\n]+?)"?\\s*$`, 'm').exec(userNpmrc(env))
  return env[`npm_config_${name}`] ?? env[`NPM_CONFIG_${name.toUpperCase()}`] ?? written?.[1]
}
