// The command line as a person runs it: the built program, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const INHERITED = [
  ...['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'],
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'XDG_RUNTIME_DIR'],
]
/** Needs `npm run build`. */
export const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

/** Where it is run: the folder with mcp_servers.json, and the whole environment. */
export interface Place {
  folder: string
  env: Record<string, string>
  /** A shell script that starts it as "$@" (default: it is started directly). */
  shell?: string
}

export interface Ran {
  /** undefined where a signal ended it. */
  code: number | undefined
  stdout: string
  stderr: string
}

/** A place with state of its own, and of this process's environment only what Node and Docker's client need. */
export function placeIn(folder: string, more: Record<string, string> = {}): Place {
  const env: Record<string, string> = { XDG_STATE_HOME: `${folder}/state`, HOME: folder, ...more }
  for (const name of INHERITED) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return { folder, env }
}

/** The same place on a machine without Docker: an empty PATH, and no socket. */
export function withoutDocker(place: Place): Place {
  return { ...place, env: { ...place.env, PATH: '/nonexistent', DOCKER_HOST: '' } }
}

/** Runs it to its end with nothing on stdin. */
export async function supportmax(place: Place, ...args: string[]): Promise<Ran> {
  const { child, ended } = startSupportmax(place, ...args)
  child.stdin?.end()
  return ended
}

export function startSupportmax(
  place: Place,
  ...args: string[]
): { child: ChildProcess; ended: Promise<Ran> } {
  const command = [process.execPath, PROGRAM, ...args]
  const [program = '', ...rest] = place.shell ? ['sh', '-c', place.shell, 'sh', ...command] : command
  const child = spawn(program, rest, { cwd: place.folder, env: place.env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ran>(resolve =>
    child.once('close', code => resolve({ code: code ?? undefined, stdout, stderr })),
  )
  return { child, ended }
}
