// Runs the docker command: for compose, and for pulls with the person's own registry sign-in.
import { SupportError } from '../base/errors.ts'
import { signalGroup } from '../base/machine.ts'
import { redact } from '../base/redact.ts'
import { oneLine } from '../base/text/words.ts'

export interface ClientRun {
  args: string[]
  /** The whole environment of the client. */
  env: Record<string, string>
  signal?: AbortSignal | undefined
  /** Called with the id of the client's process group when it starts, and with undefined when it has ended. */
  onProcess?(pid: number | undefined): void
  onLine?(line: string): void
}

/** undefined on success, otherwise the engine's error with secrets hidden. Throws `missing` without a docker command. */
export async function runClient(run: ClientRun): Promise<string | undefined> {
  // Imported late: observing servers needs no client, and the import takes 0.1 s.
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
  const onAbort = () => child.pid && endClient(child.pid)
  run.onProcess?.(child.pid)
  run.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    if (run.onLine) for await (const line of child.iterable({ from: 'all' })) run.onLine(line)
    const result = await child
    run.signal?.throwIfAborted()
    if (!result.failed) return undefined
    const text = result.all || result.shortMessage || 'docker failed without an error message'
    throwIfMissing(result.code, text)
    return errorIn(text)
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
      hint: 'install the docker-compose plug-in, 2.20 or newer',
    })
}

/** The engine's error, otherwise the last line; the lines before it are progress. */
function errorIn(text: string): string {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const error = lines.findLast(line => /^error\b|error response from daemon|^failed/i.test(line))
  return oneLine(redact((error ?? lines.at(-1) ?? '').replace(/^.*Error response from daemon: /, '')), 500)
}

/**
 * Ends a client and everything it started: compose is its child, so signal the whole group. SIGKILL, because compose
 * ignores its first signals, and safe, because the engine carries out each request whole or not at all.
 */
export function endClient(group: number): void {
  signalGroup(group, 'SIGKILL')
}
