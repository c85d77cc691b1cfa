import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'
import { makeDraft, removeDraft } from '../drafts.ts'
import { type PackageSource, packageText } from '../spec.ts'
import { type ToolFault, toolFault } from '../tools/faults.ts'
import { npmCommand, runTool, type ToolEnd, uvCommand } from '../tools/run.ts'
import { toolEnvironment, type Variables } from '../tools/settings.ts'
import type { PackageLock } from './contents.ts'
import { npmManifest } from './npm.ts'
import { pypiHead, pypiInput } from './pypi.ts'
import { checkedLock } from './read.ts'

export interface LockMaking {
  /** The caller's environment. */
  env: Variables
  /** Where temporary folders may be made. */
  ground: string
  signal?: AbortSignal | undefined
}

/** `no-tool`: the program that makes such locks is not installed here. */
export type LockMade = LockResult | { 'no-tool': 'npm' | 'uv' }

export type LockResult = { made: PackageLock } | { fault: ToolFault }

/** Asks the registry which packages are needed, without running any code of theirs, and writes the lock. */
export async function makeLock(source: PackageSource, options: LockMaking): Promise<LockMade> {
  const { env, ground } = options
  const tool = source.registry === 'npm' ? npmCommand(env.PATH) : uvCommand(env.PATH)
  if (!tool) return { 'no-tool': source.registry === 'npm' ? 'npm' : 'uv' }
  const folder = makeDraft(ground)
  try {
    const run = (...args: string[]) =>
      runTool({ command: [...tool, ...args], cwd: folder, env: toolEnvironment(env), signal: options.signal })
    const answer =
      source.registry === 'npm' ? await npmLock(source, folder, run) : await pypiLock(source, folder, run)
    return typeof answer === 'string' ? keepLock(source, answer) : { fault: lockFault(source, answer.output) }
  } finally {
    removeDraft(folder)
  }
}

/** Writes a lock that was just made, unless it does not pin everything. */
export function keepLock(source: PackageSource, text: string): LockResult {
  try {
    const made = checkedLock(source, text)
    writeWhole(source.lockFile, text)
    return { made }
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    const reason = `${packageText(source)} cannot be locked: ${error.message.replace(`${source.lockFile}: `, 'its lock ')}`
    return { fault: { reason, hint: 'use another version, or run the server as a "command"' } }
  }
}

export function lockFault(source: PackageSource, output: string): ToolFault {
  return toolFault(source, `${packageText(source)} cannot be locked`, output)
}

type RunWith = (...args: string[]) => Promise<ToolEnd>

export const NPM_LOCK = [
  ...['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'],
  // Addresses would tie the lock to this machine's registry; the hashes say what is wanted.
  ...['--omit-lockfile-registry-resolved', '--lockfile-version=3'],
]

async function npmLock(source: PackageSource, folder: string, run: RunWith): Promise<string | ToolEnd> {
  writeFileSync(join(folder, 'package.json'), npmManifest(source))
  const end = await run(...NPM_LOCK)
  return end.ok ? readFileSync(join(folder, 'package-lock.json'), 'utf8') : end
}

/** The oldest Python that packages commonly support. */
const OLDEST_PYTHON = '3.10'

/** What uv is asked for. */
export function pypiLockArgs({ allowScripts }: PackageSource, python: string): string[] {
  return [
    ...['pip', 'compile', '--universal', '--generate-hashes', '--no-header', '--no-annotate', '--quiet'],
    // A package without a wheel would run its code to say what it needs.
    ...(allowScripts.length > 0 ? [] : ['--no-build']),
    ...['--python-version', python, 'in.txt', '--output-file', 'out.txt'],
  ]
}

/** Locks for the oldest Python, or, if the package needs a newer one, for that: `3.12`, or `3.12,<3.13`. */
export async function lockForPython<End extends ToolEnd>(
  lockFor: (python: string) => Promise<End>,
): Promise<{ end: End; python: string }> {
  const end = await lockFor(OLDEST_PYTHON)
  const [, newer, below = ''] =
    /does not satisfy Python>=(\d+\.\d+)(?:\.\d+)?(,<\d+\.\d+)?/.exec(end.output) ?? []
  if (end.ok || newer === undefined) return { end, python: OLDEST_PYTHON }
  return { end: await lockFor(newer), python: `${newer}${below}` }
}

async function pypiLock(source: PackageSource, folder: string, run: RunWith): Promise<string | ToolEnd> {
  writeFileSync(join(folder, 'in.txt'), pypiInput(source))
  const { end, python } = await lockForPython(version => run(...pypiLockArgs(source, version)))
  return end.ok ? pypiHead(source, python) + readFileSync(join(folder, 'out.txt'), 'utf8') : end
}
