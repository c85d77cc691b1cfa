// Images of packages, and their locks where this machine lacks npm or uv: built by BuildKit, which keeps secrets out of layers.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { makeDraft, removeDraft } from '../../packages/drafts.ts'
import { type BaseImages, basesOf, imageContext, lockContext } from '../../packages/image.ts'
import { missingTool } from '../../packages/install.ts'
import { keepLock, type LockResult, lockFault, lockForPython, makeLock } from '../../packages/lock/make.ts'
import { pypiHead } from '../../packages/lock/pypi.ts'
import { readLock } from '../../packages/lock/read.ts'
import { type PackageSource, packageText } from '../../packages/spec.ts'
import { toolFault } from '../../packages/tools/faults.ts'
import { buildSettings, type Variables } from '../../packages/tools/settings.ts'
import { runClient } from '../client.ts'
import type { Obstacle, PrepareOptions, WorkOptions } from '../runtime.ts'

export interface PackageBuild {
  images: BaseImages
  /** Environment of the docker client. */
  clientEnv: Record<string, string>
  /** The caller's environment: how to reach the registry. */
  env: Variables
  /** Where temporary folders are made. */
  ground: string
  /** The engine's name, if it has no BuildKit. */
  without?: string | undefined
}

/** Builds the image of a package under the name `ref`. Returns why it failed, or undefined. */
export async function buildPackageImage(
  build: PackageBuild,
  source: PackageSource,
  ref: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  const lock = readLock(source)
  if (lock.state === 'missing')
    return { reason: `${source.lockFile} is missing`, hint: 'run `supportmax up`' }
  if (lock.state === 'broken') return lock
  const context = imageContext(source, lock)
  if (!('files' in context)) return { reason: context.message, hint: context.hint }
  if (build.without !== undefined)
    return {
      reason: `${build.without} has no BuildKit, which builds the images of packages`,
      hint: 'use Docker Engine, or set "runtime": "local"',
    }
  options.progress(`building ${ref}`)
  const how = ['--load', '--tag', ref, ...(options.refresh ? ['--no-cache'] : [])]
  const { ok, output } = await runBuild(build, source, { files: context.files, how, options })
  return ok ? undefined : toolFault(source, `${packageText(source)} cannot be installed`, output)
}

/** Makes the lock of a package in a container. */
async function lockInContainer(
  build: PackageBuild,
  source: PackageSource,
  options: WorkOptions,
): Promise<LockResult> {
  const folder = makeDraft(build.ground)
  const lockFor = (python: string) => {
    const { files } = lockContext(source, python)
    return runBuild(build, source, {
      files,
      how: ['--target', 'lock', '--output', `type=local,dest=${folder}`, '--no-cache'],
      options,
    })
  }
  try {
    const { end, python } = await lockForPython(lockFor)
    if (!end.ok) return { fault: lockFault(source, end.output) }
    const made = readFileSync(join(folder, lockContext(source, python).out), 'utf8')
    return keepLock(source, source.registry === 'npm' ? made : pypiHead(source, python) + made)
  } finally {
    removeDraft(folder)
  }
}

/** The lock of a package: made by the tools of this machine, otherwise in a container. */
export async function lockAnywhere(
  build: PackageBuild,
  source: PackageSource,
  options: WorkOptions,
): Promise<LockResult> {
  const { env, ground } = build
  const made = await makeLock(source, { env, ground, signal: options.signal })
  if (!('no-tool' in made)) return made
  if (build.without !== undefined) return { fault: missingTool(source) }
  options.progress(`locking ${packageText(source)} in a container`)
  return lockInContainer(build, source, options)
}

interface Build {
  files: Record<string, string>
  how: string[]
  options: WorkOptions
}

async function runBuild(
  { images, clientEnv, env, ground }: PackageBuild,
  source: PackageSource,
  { files, how, options }: Build,
): Promise<{ ok: boolean; output: string }> {
  const folder = makeDraft(ground)
  const lines: string[] = []
  try {
    const context = join(folder, 'context')
    mkdirSync(context)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(context, name), text)
    const bases = Object.entries(basesOf(source, images)).flatMap(([name, ref]) => [
      '--build-arg',
      `${name}=${ref}`,
    ])
    const reason = await runClient({
      // The builder of the engine itself: others do not know its images.
      args: [
        ...['buildx', 'build', '--builder', 'default', '--progress', 'plain', '--provenance=false'],
        ...[...how, ...bases, ...secretArgs(folder, env), context],
      ],
      env: clientEnv,
      signal: options.signal,
      onLine: line => lines.push(line),
    })
    throwWithoutBuildx(lines)
    return { ok: reason === undefined, output: lines.join('\n') }
  } finally {
    removeDraft(folder)
  }
}

/** In files that only we can read, and only while the build runs. */
function secretArgs(folder: string, env: Variables): string[] {
  const { variables, npmrc, ca, uvToml } = buildSettings(env)
  const secrets = { variables: JSON.stringify(variables), npmrc, ca, uvtoml: uvToml }
  return Object.entries(secrets).flatMap(([id, text]) => {
    if (text === '') return []
    const file = join(folder, id)
    writeFileSync(file, text, { mode: 0o600 })
    return ['--secret', `id=${id},src=${file}`]
  })
}

function throwWithoutBuildx(lines: readonly string[]): void {
  if (
    lines.some(line =>
      /unknown command: docker buildx|'buildx' is not a docker command|unknown flag: --builder/.test(line),
    )
  )
    throw new SupportError(
      'missing',
      'docker buildx, which builds the images of packages, is not installed',
      {
        hint: 'install the docker-buildx plug-in',
      },
    )
}
