import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../base/errors.ts'
import { oneLine } from '../../base/text/words.ts'
import { ownImage, ownImageParts } from '../../catalog/own-image.ts'
import type { ImageSource } from '../../config/project.ts'
import type { Obstacle, PrepareOptions } from '../runtime.ts'
import { runClient } from './client.ts'

export interface ImageRoom {
  engine: Dockerode
  build: { base: string; namePrefix: string }
  /** Environment of the docker client. */
  clientEnv: Record<string, string>
}

/** Sees to it that an image is there. Asked for one image by many servers at once, it works once. */
export function imageKeeper(room: ImageRoom) {
  const running = new Map<string, Promise<Obstacle | undefined>>()
  return function haveImage(source: ImageSource, options: PrepareOptions): Promise<Obstacle | undefined> {
    const ref = source.kind === 'pull' ? source.ref : ownImage(source.program, room.build)
    const work = running.get(ref) ?? provide(room, source, ref, options).finally(() => running.delete(ref))
    running.set(ref, work)
    return work
  }
}

async function provide(
  room: ImageRoom,
  source: ImageSource,
  ref: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  if (!options.refresh && (await hasImage(room.engine, ref, options.signal))) return undefined
  if (source.kind === 'pull') return pull(room, ref, options)
  return buildOwnImage(room, source.program, options)
}

/** Builds our own image of `program` under the name that ownImage() gives. The reason why not, or undefined. */
export async function buildOwnImage(
  room: ImageRoom,
  program: string,
  options: PrepareOptions,
): Promise<Obstacle | undefined> {
  const ref = ownImage(program, room.build)
  // The engine's builder would pull a base by itself, but without the person's registry sign-in.
  const noBase = (await hasImage(room.engine, room.build.base, options.signal))
    ? undefined
    : await pull(room, room.build.base, options)
  if (noBase) return { ...noBase, reason: `${ref} cannot be built: ${noBase.reason}` }
  options.progress(`building ${ref}`)
  try {
    await build(room, program, ref, options.signal)
    return undefined
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof SupportError) throw error
    return { reason: `${ref} cannot be built: ${oneLine(reasonOf(error))}`, hint: 'supportmax images build' }
  }
}

async function build(
  room: ImageRoom,
  program: string,
  t: string,
  abort: AbortSignal | undefined,
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'supportmax-image-'))
  try {
    const parts = ownImageParts(program)
    writeFileSync(join(context, 'server.mjs'), parts.program)
    writeFileSync(join(context, 'Dockerfile'), parts.dockerfile)
    const stream = await room.engine.buildImage(
      { context, src: ['Dockerfile', 'server.mjs'] },
      { t, buildargs: { BASE: room.build.base }, forcerm: true, ...(abort && { abortSignal: abort }) },
    )
    await followed(room.engine, stream)
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}

function followed(engine: Dockerode, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, events: { error?: string }[]) => {
      const failed = error?.message ?? events?.find(event => event.error)?.error
      if (failed === undefined) resolve()
      else reject(new Error(failed))
    })
  })
}

async function pull(room: ImageRoom, ref: string, options: PrepareOptions): Promise<Obstacle | undefined> {
  options.progress(`pulling ${ref}`)
  let layers = 0
  let done = 0
  const reason = await runClient({
    args: ['pull', ref],
    env: room.clientEnv,
    signal: options.signal,
    onLine(line) {
      if (/: Pulling fs layer$/.test(line)) layers++
      if (!/: (Pull complete|Already exists)$/.test(line)) return
      options.progress(`pulling ${ref}: ${++done} of ${Math.max(layers, done)} layers`)
    },
  })
  return reason === undefined
    ? undefined
    : { reason: `${ref} cannot be pulled: ${reason}`, hint: `see it with  docker pull ${ref}` }
}

export async function hasImage(engine: Dockerode, ref: string, signal?: AbortSignal): Promise<boolean> {
  try {
    // Its types leave out the signal, which withDeadlines() takes from here.
    await engine.getImage(ref).inspect({ abortSignal: signal } as object)
    return true
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}
