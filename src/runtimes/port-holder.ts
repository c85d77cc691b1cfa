import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { isPortFree } from '../base/machine.ts'

export interface PortHolder {
  pid: number | undefined
  /** `node (pid 4711)`, or `another program` if that cannot be found out. */
  name: string
}

/** The program that listens on 127.0.0.1:port; undefined if the port is free, which is checked by opening it. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  if (await isPortFree(port)) return undefined
  const pid = process.platform === 'linux' ? listenerFromProc(port) : await listenerFromLsof(port)
  if (pid === undefined) return { pid, name: port < 1024 ? 'the system' : 'another program' }
  return { pid, name: `${commandName(pid)} (pid ${pid})` }
}

/** /proc/net/tcp: local address and port in hex, state 0A = LISTEN, the tenth field is the socket's inode. */
function listenerFromProc(port: number): number | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file =>
    readLines(file)
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[1]?.endsWith(wanted) && fields[3] === '0A')
      .map(fields => `socket:[${fields[9]}]`),
  )
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .find(pid => openFiles(pid).some(file => inodes.includes(file)))
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(fd => linkOf(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

function listenerFromLsof(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    execFile('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'], (_error, stdout) => {
      const [, pid] = /^p(\d+)$/m.exec(stdout) ?? []
      resolve(pid ? Number(pid) : undefined)
    })
  })
}

/** The program's file: /proc/<pid>/comm is the name of a thread ("MainThread" for Node), arguments may be secret. */
function commandName(pid: number): string {
  const file = linkOf(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
  return basename(file) || readLines(`/proc/${pid}/comm`)[0]?.trim() || 'a program'
}
