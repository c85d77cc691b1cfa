// What a running server keeps on disk: its port, which never changes by itself, and the socket by which commands find it.

import { createHash } from 'node:crypto'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { readFormatted } from '../../base/disk/formatted.ts'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'

const FORMAT = 1

/** The port of the first start without `--port`. */
const DEFAULT_PORT = 7777

/** The port of this project's server, whether it runs or not. */
export function keptPort(folder: string): number {
  const found = readFormatted(fileIn(folder), FORMAT)
  const port = typeof found === 'object' ? found.port : undefined
  return Number.isInteger(port) ? (port as number) : DEFAULT_PORT
}

export function keepPort(folder: string, port: number): void {
  if (keptPort(folder) !== port)
    writeWhole(fileIn(folder), `${JSON.stringify({ format: FORMAT, port })}\n`, 0o600)
}

function fileIn(folder: string): string {
  return join(folder, 'serve.json')
}

/** Longest path of a Unix socket, with room to spare: 104 bytes on macOS, 108 on Linux. */
const LONGEST_PATH = 100

/**
 * Path of the socket of this project's server, in a folder that only this user can access. Throws `usage` if somebody else made
 * that folder.
 */
export function socketPath(folder: string): string {
  const path = join(folder, 'serve.sock')
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const short = join(tmpdir(), `supportmax-${userInfo().uid}`)
  if (makePrivateFolder(short)) return join(short, `${hash}.sock`)
  throw new SupportError('usage', `${short}: is not a folder that only you can access`, {
    hint: 'remove it, or set TMPDIR to a folder of your own',
  })
}

/** The file for the output of a detached server. */
export function logPath(folder: string): string {
  return join(folder, 'serve.log')
}
