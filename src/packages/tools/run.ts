import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isOnPath, signalGroup } from '../../base/machine.ts'
import { redact } from '../../base/redact.ts'

export interface ToolRun {
  /** Program and arguments. */
  command: readonly string[]
  cwd: string
  /** Its whole environment. */
  env: Record<string, string>
  signal?: AbortSignal | undefined
}

/** Everything that it wrote, with secrets hidden, and whether it succeeded. */
export interface ToolEnd {
  ok: boolean
  output: string
}

/** Runs a tool to its end. An abort ends it with everything that it started. */
export async function runTool({
  command: [file = '', ...args],
  cwd,
  env,
  signal,
}: ToolRun): Promise<ToolEnd> {
  // Imported late: most commands install nothing.
  const { execa } = await import('execa')
  signal?.throwIfAborted()
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    all: true,
    reject: false,
    maxBuffer: 5_000_000,
  })
  const onAbort = () => child.pid && signalGroup(child.pid, 'SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const result = await child
    signal?.throwIfAborted()
    return { ok: !result.failed, output: redact(result.all || result.shortMessage || '') }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** npm on PATH, run by this Node: an older one would choose older packages. undefined: not installed. */
export function npmCommand(path: string | undefined): string[] | undefined {
  const found = (path ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'npm'))
    .find(place => isOnPath(place, undefined))
  if (found === undefined) return undefined
  const script = realpathSync(found)
  return script.endsWith('npm-cli.js') ? [process.execPath, script] : [found]
}

/** uv on PATH; undefined: not installed. */
export function uvCommand(path: string | undefined): string[] | undefined {
  return isOnPath('uv', path) ? ['uv'] : undefined
}
