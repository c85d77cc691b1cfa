// A package as the configuration names it: `npm:@playwright/mcp@0.0.83`, `pypi:mcp-server-time==2026.10.19`.

export type Registry = 'npm' | 'pypi'

export interface PackageSpec {
  registry: Registry
  /** As the registry writes it; PyPI's in its normal form. */
  name: string
  /** Optional parts of a Python package. */
  extras: string[]
  /** undefined: the lock decides. */
  version: string | undefined
}

/** A package whose program is a server. */
export interface PackageSource extends PackageSpec {
  /** Its program; undefined: the only one, or the one named like the package. */
  bin: string | undefined
  /** Names of packages that may run code while they are installed. */
  allowScripts: string[]
  /** Absolute path of the lock file. */
  lockFile: string
}

export interface PackageFault {
  message: string
  hint: string
}

// Old packages of npm have capitals in their names.
const NPM_NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-zA-Z0-9~-][\w.~-]*$/
const NPM_VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/
// https://packaging.python.org/en/latest/specifications/name-normalization/, and extras after it.
const PYPI_NAME = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[([\w.,\s-]+)\])?$/
const PYPI_VERSION = /^\d[0-9A-Za-z.!+_-]*$/

/** The hint for an invalid name. */
export const EXAMPLE = 'write "npm:name@1.2.3" or "pypi:name==1.2.3"'

/** The package that `text` names, or what is wrong with it. */
export function parsePackage(text: string): PackageSpec | PackageFault {
  const [, registry, rest = ''] = /^(npm|pypi):(.+)$/s.exec(text) ?? []
  if (registry === 'npm') return npmPackage(rest)
  if (registry === 'pypi') return pypiPackage(rest)
  return { message: 'must begin with "npm:" or "pypi:"', hint: EXAMPLE }
}

/** `name`, `@scope/name`, each with `@version`. */
export function npmPackage(text: string): PackageSpec | PackageFault {
  const at = text.indexOf('@', 1)
  const name = at < 0 ? text : text.slice(0, at)
  const version = at < 0 ? undefined : text.slice(at + 1)
  if (!NPM_NAME.test(name)) return { message: `"${name}" is not the name of an npm package`, hint: EXAMPLE }
  if (version === undefined || version === 'latest')
    return { registry: 'npm', name, extras: [], version: undefined }
  if (!NPM_VERSION.test(version))
    return { message: `"${version}" is not an exact version`, hint: 'write a version such as 1.2.3, or none' }
  return { registry: 'npm', name, extras: [], version }
}

/** `name`, `name[extra]`, each with `==version` or, as uvx takes it, `@version`. */
export function pypiPackage(text: string): PackageSpec | PackageFault {
  const [, written = text, version] = /^([^=<>!~@;\s]+)\s*(?:==|@)\s*(\S+)$/.exec(text) ?? []
  const [, name, extras = ''] = PYPI_NAME.exec(written) ?? []
  if (/[<>!~;]/.test(text))
    return {
      message: `"${text}" does not name an exact version`,
      hint: 'write name==1.2.3, or only the name',
    }
  if (name === undefined) return { message: `"${written}" is not the name of a PyPI package`, hint: EXAMPLE }
  if (version !== undefined && version !== 'latest' && !PYPI_VERSION.test(version))
    return { message: `"${version}" is not an exact version`, hint: 'write a version such as 1.2.3, or none' }
  return {
    registry: 'pypi',
    name: normalName(name),
    extras: extras
      .split(',')
      .map(one => normalName(one.trim()))
      .filter(one => one !== ''),
    version: version === 'latest' ? undefined : version,
  }
}

/** The normal form of a name: PyPI accepts many spellings. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** `@playwright/mcp@0.0.83`, as the registry's own tools write it. */
function nameAndVersion({ registry, name, extras, version }: PackageSpec): string {
  const whole = extras.length > 0 ? `${name}[${extras.join(',')}]` : name
  return version === undefined ? whole : `${whole}${registry === 'npm' ? '@' : '=='}${version}`
}

/** As the configuration writes it. */
export function packageText(spec: PackageSpec): string {
  return `${spec.registry}:${nameAndVersion(spec)}`
}

export const REGISTRY_TITLES: Record<Registry, string> = { npm: 'npm', pypi: 'PyPI' }
