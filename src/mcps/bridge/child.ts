// An MCP transport over a command's stdin and stdout: one message per line.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import { isOnPath } from '../../base/machine.ts'
import { pause } from '../../base/waiting/wait.ts'
import type { Log } from '../log.ts'
import { messageReader } from './lines.ts'

export interface ChildCommand {
  /** Program and arguments. */
  command: readonly string[]
  /** Its whole environment. */
  env: Record<string, string>
  cwd: string | undefined
}

export interface ChildEnd {
  /** As a shell would report it: 127 for a program that could not be started, 128 and the signal for one that was killed. */
  exitCode: number
  /** For people. */
  words: string
}

export interface Child extends Transport {
  /** It has ended, or can no longer be talked to. Never rejects. */
  ended: Promise<ChildEnd>
  /** Its stdout had something that is no message. */
  hasStrays: boolean
}

/**
 * In milliseconds: from the end of its stdin to SIGTERM, and from there to SIGKILL; from the end of a pipe to the end of a
 * command that is not about to end by itself.
 */
const GRACE_MS = 2_000

export const CLOSED_STDIN = 'the command closed its stdin, so it cannot be asked anything'

/** Starts when the client connects. */
export function childTransport(child: ChildCommand, log: Log): Child {
  const { promise: ended, resolve: end } = Promise.withResolvers<ChildEnd>()
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>()
  let process: ChildProcessByStdio<Writable, Readable, null> | undefined
  const endSoon = (words: string) => void pause(GRACE_MS).then(() => end({ exitCode: 1, words }))

  const transport: Child = {
    ended,
    hasStrays: false,
    async start() {
      process = started(child)
      const { stdin, stdout } = process
      // One by one: the client handles notifications a moment later than answers, and an answer ends its progress.
      let turn = Promise.resolve()
      const inTurn = (message: JSONRPCMessage) => {
        turn = turn.then(() => transport.onmessage?.(message))
      }
      const onStray = () => {
        transport.hasStrays = true
      }
      const read = messageReader({ onMessage: inTurn, onStray }, log)
      stdout.on('data', read)
      // A command that has closed a pipe is mostly about to end, and how it ended says more.
      stdin.on('error', () => endSoon(CLOSED_STDIN))
      stdout.once('end', () => endSoon('the command closed its stdout, so it cannot answer'))
      process.once('error', error => end(notStarted(child, error)))
      // 'exit', not 'close': a grandchild may keep the pipe open.
      process.once('exit', (code, signal) => end(endOf(code, signal)))
      for (const last of ['error', 'exit']) process.once(last, () => exit())
      void ended.then(() => transport.onclose?.())
      await new Promise<void>((resolve, reject) => {
        process?.once('spawn', resolve)
        process?.once('error', reject)
      })
    },
    send: message => written(process?.stdin, message),
    async close() {
      if (!process) return
      process.stdin.end()
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const late = Symbol('late')
        if ((await Promise.race([exited, pause(GRACE_MS).then(() => late)])) !== late) return
        process.kill(signal)
      }
      await exited
    },
  }
  return transport
}

/**
 * Its stderr is our stdout, because our own log is on stderr: on one pipe, a line of ours would end up inside an unfinished
 * line of the command, and a secret that it splits would not be recognised.
 */
function started({ command, env, cwd }: ChildCommand): ChildProcessByStdio<Writable, Readable, null> {
  const [file = '', ...args] = command
  return spawn(file, args, { env, cwd, stdio: ['pipe', 'pipe', process.stdout] })
}

/** Resolves when the pipe has room again. The only error is CLOSED_STDIN. */
async function written(stdin: Writable | undefined, message: JSONRPCMessage): Promise<void> {
  if (!stdin?.writable) throw new Error(CLOSED_STDIN)
  await new Promise<void>((resolve, reject) =>
    stdin.write(`${JSON.stringify(message)}\n`, error =>
      error ? reject(new Error(CLOSED_STDIN)) : resolve(),
    ),
  )
}

/** ENOENT means that the folder, the program or its interpreter is missing; this finds out which. */
function notStarted({ command, env, cwd }: ChildCommand, error: Error): ChildEnd {
  const [file = ''] = command
  const { code } = error as NodeJS.ErrnoException
  if (cwd !== undefined && !isFolder(cwd)) return { exitCode: 126, words: `${cwd} is not a folder` }
  if (code === 'ENOENT' && isOnPath(file, env.PATH))
    return { exitCode: 127, words: `the interpreter that ${file} names in its first line was not found` }
  if (code === 'ENOENT') return { exitCode: 127, words: `${file} was not found` }
  if (code === 'EACCES') return { exitCode: 126, words: `${file} cannot be executed` }
  return { exitCode: 126, words: `${file} could not be started (${code ?? error.message})` }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
  if (signal === null) return { exitCode: code ?? 1, words: `the command ended with exit code ${code ?? 1}` }
  return { exitCode: 128 + constants.signals[signal], words: `the command was ended by ${signal}` }
}
