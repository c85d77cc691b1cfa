// The docker client as a program: for compose, and for pulling with the person's own registry sign-in.
import { SupportError } from '../../base/errors.ts'
import { redact } from '../../base/redact.ts'
import { oneLine } from '../../base/text/words.ts'

export interface ClientRun {
  args: string[]
  /** The whole environment of the client. */
  env: Record<string, string>
  signal?: AbortSignal | undefined
  /** The client leads a process group of this id while it runs. */
  onProcess?(pid: number | undefined): void
  onLine?(line: string): void
}

/** undefined = it went well; else the engine's own words, secrets hidden. Throws `missing` without a client. */
export async function runClient(run: ClientRun): Promise<string | undefined> {
  // Looking at servers needs no client: its import (0.1 s) waits until something is started.
  const { execa } = await import('execa')
  run.signal?.throwIfAborted()
  const child = execa('docker', run.args, {
    env: run.env,
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    all: true,
    reject: false,
    maxBuffer: 5_000_000,
  })
  const onAbort = () => endGroup(child.pid)
  run.onProcess?.(child.pid)
  run.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    if (run.onLine) for await (const line of child.iterable({ from: 'all' })) run.onLine(line)
    const result = await child
    run.signal?.throwIfAborted()
    if (!result.failed) return undefined
    const text = result.all || result.shortMessage || 'docker failed without a word'
    throwIfMissing(result.code, text)
    return lastWords(text)
  } finally {
    run.signal?.removeEventListener('abort', onAbort)
    run.onProcess?.(undefined)
  }
}

function throwIfMissing(code: string | undefined, text: string): void {
  if (code === 'ENOENT')
    throw new SupportError('missing', 'the program "docker" is not installed', {
      hint: 'install the Docker client with its compose plug-in',
    })
  if (
    /unknown command: docker compose|'compose' is not a docker command|unknown shorthand flag: 'p'/.test(text)
  )
    throw new SupportError('missing', 'docker has no "compose" command', {
      hint: 'install the plug-in docker-compose 2.20 or newer',
    })
}

/** The engine's error, else the last line: what stands before is progress. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const error = lines.findLast(line => /^error\b|error response from daemon|^failed/i.test(line))
  return oneLine(redact((error ?? lines.at(-1) ?? '').replace(/^.*Error response from daemon: /, '')), 500)
}

/**
 * Ends a client and all that it started: compose is a child of it, so only the group is all. At once, since compose
 * lets its first signals pass, and the engine does each request whole or not at all.
 */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Ended by itself.
  }
}
