// Ports, programs and processes of this machine.

import { execFileSync } from 'node:child_process'
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

/** Whether 127.0.0.1:`port` can be opened now. A port that this user may not open (below 1024) counts as taken. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Whether `command` is the path of a file that can be executed, or is found in one of the folders of `path` ($PATH). */
export function isOnPath(command: string, path: string | undefined): boolean {
  const places = command.includes('/')
    ? [command]
    : (path ?? '').split(delimiter).map(folder => join(folder, command))
  return places.some(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    // Folders have that permission too.
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Sends `signal` to every process of the group; a group that is gone is ignored. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // It ended by itself.
  }
}

export interface ProcessRow {
  pid: number
  group: number
  /** When it started, as text. Tells two processes with the same pid apart; compare it only on the same machine. */
  start: string
}

/** All living processes. Zombies count as dead: they only wait for their parent, perhaps forever. */
export function processTable(): ProcessRow[] {
  return process.platform === 'linux' ? tableFromProc() : tableFromPs()
}

/** When the process with this pid started; undefined for a pid that is not in use. */
export function startOf(pid: number): string | undefined {
  const rows =
    process.platform === 'linux' ? rowFromStat(readProc(`${pid}/stat`), bootId()) : tableFromPs(pid)
  return rows[0]?.start
}

function tableFromProc(): ProcessRow[] {
  const boot = bootId()
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => rowFromStat(readProc(`${name}/stat`), boot))
}

/** proc(5): the command in parentheses may itself contain spaces and parentheses, so count fields from the last one. */
function rowFromStat(stat: string | undefined, boot: string): ProcessRow[] {
  if (!stat) return []
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, group, ticks] = [fields[0], Number(fields[2]), fields[19]]
  if (state === 'Z' || state === 'X' || !group) return []
  return [{ pid: Number.parseInt(stat, 10), group, start: `${boot} ${ticks}` }]
}

function tableFromPs(pid?: number): ProcessRow[] {
  const which = pid === undefined ? ['-ax'] : ['-p', String(pid)]
  const text = psText([...which, '-o', 'pid=,pgid=,stat=,lstart='], pid === undefined)
  return text.split('\n').flatMap(line => {
    const [, pid, group, state, start] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    return start && !state?.startsWith('Z') ? [{ pid: Number(pid), group: Number(group), start }] : []
  })
}

/** ps reports it as a failure if it does not find the one process. */
function psText(args: string[], isFailure: boolean): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    if (isFailure) throw error
    return ''
  }
}

function bootId(): string {
  return readProc('sys/kernel/random/boot_id')?.trim() ?? ''
}

/** A file under /proc; undefined for a process that is gone or belongs to another user. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return undefined
  }
}
