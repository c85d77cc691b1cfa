import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../base/errors.ts'
import { oneLine } from '../../base/text/words.ts'
import { ownImage, ownImageParts } from '../../catalog/own-image.ts'
import type { ImageSource } from '../../config/project.ts'
import type { BaseImages } from '../../packages/image.ts'
import { runClient } from '../client.ts'
import type { Obstacle, PrepareOptions } from '../runtime.ts'
import { buildPackageImage, type PackageBuild } from './packages.ts'

export interface ImageContext {
  engine: Dockerode
  build: BaseImages
  /** Environment of the docker client. */
  clientEnv: Record<string, string>
  packages: PackageBuild
}

/** Pulls or builds missing images. Servers that need the same image at the same time share one pull or build. */
export function imageProvider(context: ImageContext) {
  const running = new Map<string, Promise<Obstacle | undefined>>()
  return function ensureImage(
    source: ImageSource,
    ref: string,
    options: PrepareOptions,
  ): Promise<Obstacle | undefined> {
    const work = running.get(ref) ?? provide(context, source, ref, options).finally(() => running.delete(ref))
    running.set(ref, work)
    return work
  }
}

async function provide(
  context: ImageContext,
  source: ImageSource,
  ref: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  if (!options.refresh && (await hasImage(context.engine, ref, options.signal))) return undefined
  if (source.kind === 'pull') return pull(context, ref, options)
  return source.kind === 'build'
    ? buildOwnImage(context, source.program, options)
    : buildPackageImage(context.packages, source.package, ref, options)
}

/** Builds our own image of `program` under the name that ownImage() gives. Returns why it failed, or undefined. */
export async function buildOwnImage(
  context: ImageContext,
  program: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  const ref = ownImage(program, context.build)
  // The engine's builder would pull the base itself, but without the person's registry sign-in.
  const noBase = (await hasImage(context.engine, context.build.base, options.signal))
    ? undefined
    : await pull(context, context.build.base, options)
  if (noBase) return { ...noBase, reason: `${ref} cannot be built: ${noBase.reason}` }
  options.progress(`building ${ref}`)
  try {
    await build(context, program, ref, options.signal)
    return undefined
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof SupportError) throw error
    const reason = `${ref} cannot be built: ${oneLine(reasonOf(error))}`
    return { reason, hint: 'run `supportmax images build` to see why' }
  }
}

async function build(
  context: ImageContext,
  program: string,
  t: string,
  abort: AbortSignal | undefined,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-image-'))
  try {
    const parts = ownImageParts(program)
    writeFileSync(join(folder, 'server.mjs'), parts.program)
    writeFileSync(join(folder, 'Dockerfile'), parts.dockerfile)
    const stream = await context.engine.buildImage(
      { context: folder, src: ['Dockerfile', 'server.mjs'] },
      { t, buildargs: { BASE: context.build.base }, forcerm: true, ...(abort && { abortSignal: abort }) },
    )
    await buildFinished(context.engine, stream)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function buildFinished(engine: Dockerode, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, events: { error?: string }[]) => {
      const failed = error?.message ?? events?.find(event => event.error)?.error
      if (failed === undefined) resolve()
      else reject(new Error(failed))
    })
  })
}

async function pull(
  context: ImageContext,
  ref: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  options.progress(`pulling ${ref}`)
  let layers = 0
  let done = 0
  const reason = await runClient({
    args: ['pull', ref],
    env: context.clientEnv,
    signal: options.signal,
    onLine(line) {
      if (/: Pulling fs layer$/.test(line)) layers++
      if (!/: (Pull complete|Already exists)$/.test(line)) return
      options.progress(`pulling ${ref}: ${++done} of ${Math.max(layers, done)} layers`)
    },
  })
  return reason === undefined
    ? undefined
    : {
        reason: `${ref} cannot be pulled: ${reason}`,
        hint: 'check the network and the proxy, or set another image under "images" or "build.base"',
      }
}

async function hasImage(engine: Dockerode, ref: string, signal?: AbortSignal): Promise<boolean> {
  try {
    // Dockerode's types lack the signal, which withDeadlines() reads.
    await engine.getImage(ref).inspect({ abortSignal: signal } as object)
    return true
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}
