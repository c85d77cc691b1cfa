// A socket that only this user can open: for `supportmax gateway`, which attaches a client to the running server, and for
// `serve status` and `serve stop`.

import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { withFileLock } from '../../base/disk/lock-file.ts'
import { SupportError } from '../../base/errors.ts'
import { isRecord } from '../../base/records.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'

/** What a command wants; one line of JSON, answered by one line. */
export type ServeCommand =
  | { kind: 'attach'; customer: string; role: 'read-only' | 'read-write' }
  | { kind: 'status' }
  | { kind: 'stop' }

/** An answer: `error` with a hint, or what was asked for. */
export type CommandAnswer = { error: string; hint: string } | Record<string, unknown>

export interface CarriedOut {
  answer: CommandAnswer
  /** Uses the socket from here on. */
  takeOver?: ((socket: Socket) => void) | undefined
}

export interface SocketServer {
  close(): Promise<void>
}

/** Bytes of the longest line that a command sends. */
const LONGEST_COMMAND = 4_096

/** Bytes of the longest answer: the state of thousands of customers. */
const LONGEST_ANSWER = 16 * 1024 * 1024

/** Throws `usage` if another server listens there. */
export async function listenOnSocket(
  path: string,
  carryOut: (command: ServeCommand) => Promise<CarriedOut>,
): Promise<SocketServer> {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    void firstLine(socket, LONGEST_COMMAND)
      .then(async line => {
        const { answer, takeOver } = await carryOut(commandIn(line))
        socket.write(`${JSON.stringify(answer)}\n`)
        if (takeOver) takeOver(socket)
        else socket.end()
      })
      .catch(() => socket.destroy())
  })
  // Two may start at the same moment, with different ports.
  await withFileLock(`${path}.lock`, undefined, () => take(server, path))
  return {
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of open) socket.destroy()
      await closed
      rmSync(path, { force: true })
    },
  }
}

/** A killed server leaves its socket behind; the socket of a running one is not taken. */
async function take(server: Server, path: string): Promise<void> {
  if (await isAlive(path)) throw new SupportError('usage', 'serve is already running', { hint: STATUS_HINT })
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new SupportError('usage', `${path}: is a folder`, { hint: 'move it away' })
  rmSync(path, { force: true })
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    chmodSync(path, 0o600)
  } finally {
    process.umask(before)
  }
}

const STATUS_HINT = 'run `supportmax serve status` to see its doors'

async function isAlive(path: string): Promise<boolean> {
  const socket = await connected(path)
  socket?.destroy()
  return socket !== undefined
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const one = createConnection(path, () => resolve(one))
    one.once('error', () => resolve(undefined))
  })
}

/** Reads up to the first end of line, and leaves the rest in the socket. */
function firstLine(socket: Socket, longest: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const fail = () => reject(new Error('the connection ended before a line'))
    const done = () => socket.off('readable', read).off('end', fail).off('close', fail)
    const read = () => {
      for (let byte = socket.read(1); byte !== null; byte = socket.read(1)) {
        if (byte[0] === 0x0a) {
          done()
          return resolve(text)
        }
        text += byte.toString('latin1')
        if (text.length > longest) return fail()
      }
    }
    socket.on('readable', read).once('end', fail).once('close', fail)
  })
}

function commandIn(line: string): ServeCommand {
  const command: unknown = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
  if (isRecord(command) && /^(attach|status|stop)$/.test(String(command.kind)))
    return command as unknown as ServeCommand
  throw new Error('unknown command')
}

/**
 * Asks the running server; undefined if none runs, even if a killed one left its socket behind. The socket stays open if
 * the command was to attach. Throws `failed` for a server that does not answer.
 */
export async function askServe(
  path: string,
  command: ServeCommand,
): Promise<{ answer: Record<string, unknown>; socket: Socket } | undefined> {
  const socket = await connected(path)
  if (!socket) return undefined
  socket.on('error', () => {})
  socket.write(`${JSON.stringify(command)}\n`)
  const timer = setTimeout(() => socket.destroy(), TIMEOUTS.running)
  try {
    const line = await firstLine(socket, LONGEST_ANSWER)
    const answer: unknown = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'))
    return { answer: isRecord(answer) ? answer : {}, socket }
  } catch (cause) {
    socket.destroy()
    const hint = 'stop that process, then run `supportmax serve --detach`'
    throw new SupportError('failed', 'serve is running, but does not answer', { hint, cause })
  } finally {
    clearTimeout(timer)
  }
}
