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
  for (const [place, entry] of Object.entries(others)) checkPinned(place, entry)
  const withScripts = Object.entries(others).filter(([, { hasInstallScript }]) => hasInstallScript === true)
  return {
    text,
    version,
    packages: Object.keys(others).length,
    programs: programsOf(own?.bin),
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`is not valid JSON (${(error as Error).message})`)
  }
}

/** A package without a hash could be another one tomorrow: one from git, or a folder. */
function checkPinned(place: string, entry: Entry): void {
  const name = nameAt(place, entry)
  if (!/^node_modules\//.test(place) || place.split('/').includes('..'))
    throw new Error(`has a package at ${place}, outside node_modules`)
  if (entry.inBundle === true) return
  if (typeof entry.integrity !== 'string' || !/^sha(512|384|256|1)-/.test(entry.integrity))
    throw new Error(
      typeof entry.resolved === 'string' && /^git/.test(entry.resolved)
        ? `pins ${name} to a git repository, which has no hash to check`
        : `has no hash for ${name}`,
    )
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
