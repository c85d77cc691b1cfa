// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json

import { isRecord } from '../../base/records.ts'
import type { PackageSpec } from '../spec.ts'
import type { PackageLock } from './contents.ts'

/** What npm is asked to lock. The lock repeats it, so it need not be kept. */
export function npmManifest({ name, version }: PackageSpec): string {
  return `${JSON.stringify({ name: MANIFEST_NAME, private: true, dependencies: { [name]: version ?? '*' } }, null, 2)}\n`
}

const MANIFEST_NAME = 'supportmax-package'

/** Throws an Error whose message says what is wrong. */
export function readNpmLock(spec: PackageSpec, text: string): PackageLock {
  const packages = packagesOf(text)
  const { '': root, ...others } = packages
  const wanted = { [spec.name]: spec.version ?? '*' }
  if (JSON.stringify(root?.dependencies) !== JSON.stringify(wanted))
    throw new Error(`is not the lock of ${spec.name} ${spec.version ?? 'without a version'}`)
  const own = others[`node_modules/${spec.name}`]
  const version = own?.version
  if (typeof version !== 'string') throw new Error(`does not contain ${spec.name}`)
  if (spec.version !== undefined && version !== spec.version)
    throw new Error(`has ${spec.name} ${version}, not ${spec.version}`)
  if (typeof own?.name === 'string' && own.name !== spec.name)
    throw new Error(`has ${own.name} in place of ${spec.name}`)
  for (const [place, entry] of Object.entries(others)) checkPinned(place, entry, others)
  const withScripts = Object.entries(others).filter(([, { hasInstallScript }]) => hasInstallScript === true)
  return {
    text,
    version,
    packages: Object.keys(others).length,
    programs: programsOf(own?.bin),
    elsewhere: Object.entries(others).flatMap(([place, entry]) =>
      typeof entry.resolved === 'string' ? [`${nameAt(place, entry)} from ${entry.resolved}`] : [],
    ),
    scripts: [...new Set(withScripts.map(([place, entry]) => nameAt(place, entry)))].sort(),
    names: [],
    python: undefined,
  }
}

type Entry = Record<string, unknown>

function packagesOf(text: string): Record<string, Entry> {
  const whole: unknown = parsed(text)
  if (!isRecord(whole) || whole.lockfileVersion !== 3 || !isRecord(whole.packages))
    throw new Error('is not a package-lock.json of version 3')
  return Object.fromEntries(
    Object.entries(whole.packages).map(([place, entry]) => [place, isRecord(entry) ? entry : {}]),
  )
}

/** Without what JSON.parse() quotes: the file may be a link to anything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('is not valid JSON')
  }
}

/** Of a package, or of one that only another one sees. */
const PLACE = /^node_modules\/(@[^/]+\/)?[^./][^/]*(\/node_modules\/(@[^/]+\/)?[^./][^/]*)*$/

/**
 * A package without a hash could be another one tomorrow: one from git, or a folder. Those of the registry have no address
 * in our locks, so one with an address is from elsewhere, and `trust` shows it.
 */
function checkPinned(place: string, entry: Entry, all: Record<string, Entry>): void {
  const name = nameAt(place, entry)
  if (!PLACE.test(place)) throw new Error(`has a package at ${place}, outside node_modules`)
  const { resolved, link, integrity } = entry
  if (typeof resolved === 'string' && /^git/.test(resolved))
    throw new Error(`pins ${name} to a git repository, which has no hash to check`)
  if (link !== undefined || (resolved !== undefined && !/^https?:\/\//.test(String(resolved))))
    throw new Error(`has ${name} from a file or a folder, not from the registry`)
  if (entry.inBundle === true && resolved === undefined && isBundled(place, all)) return
  if (typeof integrity !== 'string' || !/^sha(512|384|256|1)-/.test(integrity))
    throw new Error(`has no hash for ${name}`)
}

/** Whether it comes inside a package above it, which has a hash. */
function isBundled(place: string, all: Record<string, Entry>): boolean {
  const parent = all[place.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')]
  if (!parent) return false
  return parent.inBundle === true
    ? isBundled(place.replace(/\/node_modules\/(@[^/]+\/)?[^/]+$/, ''), all)
    : Array.isArray(parent.bundleDependencies) && parent.bundleDependencies.length > 0
}

function nameAt(place: string, { name }: Entry): string {
  return typeof name === 'string' ? name : place.replace(/^.*node_modules\//, '')
}

/** A file outside the package is left out. */
function programsOf(bin: unknown): Record<string, string> {
  if (!isRecord(bin)) return {}
  const files = Object.entries(bin).filter(
    (one): one is [string, string] => typeof one[1] === 'string' && !one[1].split('/').includes('..'),
  )
  return Object.fromEntries(files.map(([name, file]) => [name, file.replace(/^\.?\//, '')]))
}
