// Installs a package from its lock in a folder of this machine: all of it or nothing, for all servers that use it.

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../base/errors.ts'
import { fileFault } from '../base/files.ts'
import { makeDraft, removeDraft } from './drafts.ts'
import type { PackageLock } from './lock/contents.ts'
import { npmManifest } from './lock/npm.ts'
import { type PackageSource, packageText, REGISTRY_TITLES } from './spec.ts'
import { type ToolFault, toolFault } from './tools/faults.ts'
import { npmCommand, runTool, type ToolEnd, uvCommand } from './tools/run.ts'
import { toolEnvironment, type Variables } from './tools/settings.ts'

export interface InstallOptions {
  /** The folder of all installed packages. */
  folder: string
  /** The caller's environment. */
  env: Variables
  signal?: AbortSignal | undefined
}

/** Installs the package unless it is there. undefined: it is. */
export function install(
  source: PackageSource,
  lock: PackageLock,
  options: InstallOptions,
): Promise<ToolFault | undefined> {
  const place = installPlace(options.folder, source, lock)
  const running =
    installing.get(place) ?? installAt(place, source, lock, options).finally(() => installing.delete(place))
  installing.set(place, running)
  return running
}

/** Servers with the same package share one installation. */
const installing = new Map<string, Promise<ToolFault | undefined>>()

/** Its folder, whose name is a hash of everything that decides its content. */
export function installPlace(folder: string, source: PackageSource, lock: PackageLock): string {
  const { registry, name, allowScripts } = source
  const system = [process.platform, process.arch, process.versions.modules]
  const parts = [lock.text, registry, name, allowScripts.toSorted(), system]
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
  return join(folder, `${registry}-${name.replace('/', '+')}-${hash}`)
}

/** Whether install() has nothing to do. */
export function isInstalled(folder: string, source: PackageSource, lock: PackageLock): boolean {
  return existsSync(installPlace(folder, source, lock))
}

async function installAt(
  place: string,
  source: PackageSource,
  lock: PackageLock,
  { folder, env, signal }: InstallOptions,
): Promise<ToolFault | undefined> {
  if (existsSync(place)) return undefined
  const tool = source.registry === 'npm' ? npmCommand(env.PATH) : uvCommand(env.PATH)
  if (!tool) return missingTool(source)
  const doing = `${packageText(source)} cannot be installed`
  try {
    const draft = makeDraft(folder)
    try {
      const run = (...args: string[]) =>
        runTool({ command: [...tool, ...args], cwd: draft, env: toolEnvironment(env), signal })
      const work = source.registry === 'npm' ? npmInstall : pypiInstall
      const end = await work(source, lock, draft, run)
      if (!end.ok) return toolFault(source, doing, end.output)
      protect(draft)
      renameSync(draft, place)
      chmodSync(place, READ_ONLY)
      return undefined
    } finally {
      removeDraft(draft)
    }
  } catch (error) {
    signal?.throwIfAborted()
    const reason = `${doing}: ${folder}: ${fileFault(error) || reasonOf(error)}`
    return { reason, hint: 'fix the permissions of that folder, or free some space there' }
  }
}

/** npm or uv is not installed. */
export function missingTool({ registry }: PackageSource): ToolFault {
  const [tool, where] =
    registry === 'npm'
      ? ['npm', 'with Node.js']
      : ['uv', '(see docs.astral.sh/uv/getting-started/installation)']
  return {
    reason: `${tool}, which installs packages from ${REGISTRY_TITLES[registry]}, is not installed`,
    hint: `install ${tool} ${where}`,
  }
}

const READ_ONLY = 0o555

/** Customers share the folder, so no server may write to it. */
function protect(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) protect(path)
    if (entry.isDirectory()) chmodSync(path, READ_ONLY)
    else if (entry.isFile()) chmodSync(path, isProgram(path) ? READ_ONLY : 0o444)
  }
}

function isProgram(path: string): boolean {
  return (statSync(path).mode & 0o111) !== 0
}

type RunWith = (...args: string[]) => Promise<ToolEnd>

export const NPM_INSTALL = [
  'ci',
  '--ignore-scripts',
  '--omit=dev',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--loglevel=warn',
]

async function npmInstall(
  source: PackageSource,
  lock: PackageLock,
  folder: string,
  run: RunWith,
): Promise<ToolEnd> {
  writeFileSync(join(folder, 'package.json'), npmManifest(source))
  writeFileSync(join(folder, 'package-lock.json'), lock.text)
  const end = withoutGaps(await run(...NPM_INSTALL))
  if (!end.ok || source.allowScripts.length === 0) return end
  return run('rebuild', '--ignore-scripts=false', ...source.allowScripts)
}

/** npm only warns of files that it could not write, on a full disk for example. */
function withoutGaps(end: ToolEnd): ToolEnd {
  return end.ok && /TAR_ENTRY_ERROR/.test(end.output) ? { ...end, ok: false } : end
}

export const VENV = 'venv'

async function pypiInstall(
  source: PackageSource,
  lock: PackageLock,
  folder: string,
  run: RunWith,
): Promise<ToolEnd> {
  writeFileSync(join(folder, 'requirements.txt'), lock.text)
  // Relocatable, because the folder gets its name when it is complete.
  const made = await run('venv', '--relocatable', '--no-project', '--python', `>=${lock.python}`, VENV)
  if (!made.ok) return made
  return run(...pypiInstallArgs(source, lock))
}

export function pypiInstallArgs({ allowScripts }: PackageSource, { names }: PackageLock): string[] {
  const barred = names.filter(name => !allowScripts.includes(name))
  return [
    ...['pip', 'install', '--python', VENV, '--no-deps', '--require-hashes', '--compile-bytecode'],
    ...(allowScripts.length === 0 ? ['--no-build'] : barred.map(name => `--no-build-package=${name}`)),
    ...['--requirement', 'requirements.txt'],
  ]
}
