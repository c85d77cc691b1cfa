// The seam behind which servers live: a Docker engine, or processes of this machine.

import type { Server, ServerKey } from '../config/project.ts'

export type RuntimeKind = 'docker' | 'local'

/** What runs servers. It does what it is told and decides nothing; reports facts and judges nothing. */
export interface Runtime {
  readonly kind: RuntimeKind
  /** All that exists of this project, whoever's configuration file it came from. */
  observe(signal?: AbortSignal): Promise<Observed>
  /**
   * What stands in the way of starting this server, found before anything of it starts
   * (port held by another program, image that can neither be built nor pulled, program not installed).
   * Builds or pulls what is absent, reporting progress. undefined = free to start.
   */
  prepare(start: Start, options: PrepareOptions): Promise<Obstacle | undefined>
  /** Creates or recreates the named servers. One result per server; nothing thrown for a single server's fault. */
  up(starts: Start[], signal?: AbortSignal): Promise<Outcome[]>
  /** Stops and removes the named servers, and networks left without servers. Idempotent. */
  down(keys: ServerKey[], signal?: AbortSignal): Promise<Outcome[]>
  /** Builds our own image of a program anew; only where the runtime has images. */
  buildImage?(program: string, options: PrepareOptions): Promise<Obstacle | undefined>
  /** Lines of a server's log without their ends, newest last; with follow until abort. No server -> nothing. */
  logs(
    key: ServerKey,
    options: { follow: boolean; tail: number },
    signal?: AbortSignal,
  ): AsyncIterable<string>
}

/** One server that is to run: definition and where it will listen on 127.0.0.1. */
export interface Start {
  server: Server
  hostPort: number
  /** Hash of the definition, stored with what is started. */
  definition: string
  /** Keyed hash of the credentials' values (never the values), stored with what is started. */
  credentials: string
  /** The credentials' values by name, the server's own token among them; for this server only. */
  secrets: ReadonlyMap<string, string>
  cause: 'create' | 'recreate' | 'start'
}

export interface PrepareOptions {
  /** Pull or build also where the image is there. */
  refresh: boolean
  progress(text: string): void
  signal?: AbortSignal
}

export interface Obstacle {
  reason: string
  /** What to type or change. */
  hint: string
}

export type Outcome =
  | { key: ServerKey; ok: true }
  | { key: ServerKey; ok: false; reason: string; hint: string }

export interface Observed {
  servers: ObservedServer[]
  /** Names of networks of this project (Docker only). */
  networks: string[]
}

export type Life = 'running' | 'restarting' | 'created' | 'exited' | 'paused' | 'dead'

export interface ObservedServer {
  customer: string
  server: string
  life: Life
  definition: string
  credentials: string
  /** Absolute path of the configuration file it was started from. */
  configFile: string
  /** Container id, or process id. */
  id: string
  image: string
  /** ISO time of the present run's start. */
  startedAt: string | undefined
  /** ISO time of the last end. */
  finishedAt: string | undefined
  exitCode: number | undefined
  outOfMemory: boolean
  restarts: number
  /** Port on 127.0.0.1, where one is published. */
  hostPort: number | undefined
}
