// The interface of what runs the servers: a Docker engine, or processes of this machine.

import type { Server, ServerKey } from '../config/project.ts'
import type { LockResult } from '../packages/lock/make.ts'
import type { PackageSource } from '../packages/spec.ts'

export type RuntimeKind = 'docker' | 'local'

export type { Variables } from '../packages/tools/settings.ts'

/** Runs servers. It carries out steps but decides nothing, and reports facts but does not judge them. */
export interface Runtime {
  readonly kind: RuntimeKind
  /** Name and version of the engine, such as `Podman 5.4.2`; undefined in a runtime without one. */
  readonly engine?: string
  /** What people should know about this runtime; undefined if nothing is unusual. */
  readonly notice?: string | undefined
  /** Everything that exists of this project, no matter which configuration file it was started from. */
  observe(signal?: AbortSignal): Promise<Observed>
  /**
   * The servers that run now. Unlike observe(), it never waits for those that are being started: an engine does not
   * describe a container before its start is over.
   */
  listRunning(signal?: AbortSignal): Promise<RunningServer[]>
  /**
   * The port on 127.0.0.1 that each server gets, by keyText(). `leases` are the ports in the compose file, `observed` is
   * the current state.
   */
  portsFor(
    servers: Server[],
    known: { leases: ReadonlyMap<string, number>; observed: Observed },
  ): Promise<ReadonlyMap<string, number>>
  /**
   * Finds, before anything starts, what would keep this server from starting: a port that another program holds, an image
   * that can neither be built nor pulled, a program that is not installed. Builds or pulls missing images and reports
   * progress. undefined: the server can start.
   */
  prepare(start: Start, options: PrepareOptions): Promise<Obstacle | undefined>
  /** What was reserved for a start that is not carried out may be used by others again. */
  spare?(start: Start): void
  /** Creates or recreates the named servers. One outcome per server; one server's failure is never thrown. */
  up(starts: Start[], signal?: AbortSignal): Promise<Outcome[]>
  /**
   * Stops and removes the named servers, and networks left without servers. Idempotent. `onRemoved` is called once for
   * each server that is gone, as soon as it is.
   */
  down(keys: ServerKey[], signal?: AbortSignal, onRemoved?: (key: ServerKey) => void): Promise<Outcome[]>
  /**
   * Makes the lock of a package, which says what will be installed, and writes it beside the configuration. Runs nothing of
   * the package.
   */
  lock(source: PackageSource, options: WorkOptions): Promise<LockResult>
  /** Rebuilds our own image of a program; absent in a runtime without images. */
  buildImage?(program: string, options: PrepareOptions): Promise<Obstacle | undefined>
  /** A server's log, newest last; with `follow` until abort. Nothing if it never ran. */
  logs(key: ServerKey, options: LogOptions, signal?: AbortSignal): AsyncIterable<LogLine>
}

export interface LogOptions {
  follow: boolean
  /** How many of the wanted lines that are there already; undefined: all. */
  tail: number | undefined
  /** Only lines written from then on. */
  since?: Date | undefined
  /** Only lines with this text; in any case, unless it has a capital letter. */
  grep?: string | undefined
}

/** A line without its end, secrets hidden. */
export interface LogLine {
  /** ISO time at which it was written; undefined in logs from before times were kept. */
  at: string | undefined
  text: string
}

/** One server to start: its definition, and where it will listen on 127.0.0.1. */
export interface Start {
  server: Server
  /** Full image name; undefined in a runtime without images. */
  image: string | undefined
  /** Addresses of its customer's network, `10.213.0.16/28`; undefined in a runtime without networks. */
  subnet: string | undefined
  hostPort: number
  /** Hash of the definition, stored with the container or process. */
  definition: string
  /** Keyed hash of the credentials' values (never the values), stored in the same place. */
  credentials: string
  /** The credentials' values by name, including the server's own token; for this server only. */
  secrets: ReadonlyMap<string, string>
  cause: 'create' | 'recreate' | 'start'
}

export interface WorkOptions {
  progress(text: string): void
  signal?: AbortSignal
}

export interface PrepareOptions extends WorkOptions {
  /** Pull or build even if the image exists. */
  refresh: boolean
}

export interface Obstacle {
  reason: string
  /** What to do about it. */
  hint: string
}

export type Outcome =
  | { key: ServerKey; ok: true }
  | { key: ServerKey; ok: false; reason: string; hint: string }

export interface Observed {
  servers: ObservedServer[]
  /** Networks of this project (Docker only). */
  networks: ObservedNetwork[]
}

export interface ObservedNetwork {
  name: string
  customer: string
  /** `10.213.0.16/28`; usually one. */
  subnets: string[]
}

export type RunningServer = Pick<ObservedServer, 'customer' | 'server' | 'id' | 'hostPort' | 'vouchedAt'>

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
  /** ISO time at which the current run started. */
  startedAt: string | undefined
  /** ISO time at which the last run ended. */
  finishedAt: string | undefined
  exitCode: number | undefined
  outOfMemory: boolean
  restarts: number
  /** Published port on 127.0.0.1, if any. */
  hostPort: number | undefined
  /**
   * When, as performance.now() counts, an engine of this machine said that it publishes hostPort on 127.0.0.1 for exactly
   * this container; undefined if none did.
   */
  vouchedAt?: number | undefined
  /** How many containers exist for this server; a killed `up` can leave the old and the new one. */
  copies: number
  /** Set for a process of a server that never runs in a container. */
  alwaysLocal?: true
  /** What was changed by hand since it was created, as a cause for the plan; its definition does not show that. */
  altered?: string | undefined
  /** The limits in effect; memory in bytes. undefined in a runtime without limits. */
  limits?: { cpus: number; memory: number; pids: number } | undefined
}
