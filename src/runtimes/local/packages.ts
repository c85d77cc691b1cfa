// Packages as local processes: the same lock as for containers, installed in the state folder.

import { packageOf, type Server } from '../../config/project.ts'
import { packagesFolder } from '../../packages/drafts.ts'
import { install, installPlace, isInstalled, missingTool } from '../../packages/install.ts'
import { type LockResult, makeLock } from '../../packages/lock/make.ts'
import { readLock } from '../../packages/lock/read.ts'
import { installedCommand, npmProgram } from '../../packages/programs.ts'
import { type PackageSource, packageText } from '../../packages/spec.ts'
import type { Obstacle, PrepareOptions, Variables, WorkOptions } from '../runtime.ts'

interface Machine {
  /** The project's state folder. */
  stateDir: string
  /** The caller's environment. */
  env: Variables
}

/** The lock of a package, made by the tools of this machine. */
export async function lockHere(
  source: PackageSource,
  { stateDir, env }: Machine,
  { signal }: WorkOptions,
): Promise<LockResult> {
  const made = await makeLock(source, { env, ground: packagesFolder(stateDir), signal })
  return 'no-tool' in made ? { fault: missingTool(source) } : made
}

/** Installs a server's package, if it has one and it is not installed. Returns why it cannot start, or undefined. */
export async function installPackage(
  server: Server,
  { stateDir, env }: Machine,
  { progress, signal }: PrepareOptions,
): Promise<Obstacle | undefined> {
  const source = packageOf(server)
  if (!source) return undefined
  const lock = readLock(source)
  if (lock.state === 'missing')
    return { reason: `${source.lockFile} is missing`, hint: 'run `supportmax up`' }
  if (lock.state === 'broken') return lock
  // A fault that the lock shows is reported before anything is installed.
  const program = source.registry === 'npm' ? npmProgram(source, lock) : undefined
  if (program && 'message' in program) return { reason: program.message, hint: program.hint }
  const folder = packagesFolder(stateDir)
  if (!isInstalled(folder, source, lock)) progress(`installing ${packageText(source)}`)
  const fault = await install(source, lock, { folder, env, signal })
  if (fault) return fault
  const command = installedCommand(source, lock, installPlace(folder, source, lock))
  return 'message' in command ? { reason: command.message, hint: command.hint } : undefined
}

/** The command of an installed package. Throws if it is not there. */
export function packageCommand(source: PackageSource, stateDir: string): string[] {
  const lock = readLock(source)
  if (lock.state !== 'locked') throw new Error(`${source.lockFile} is ${lock.state}`)
  const command = installedCommand(source, lock, installPlace(packagesFolder(stateDir), source, lock))
  if ('message' in command) throw new Error(command.message)
  return command
}
