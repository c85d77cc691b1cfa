// A command as the other end of an MCP connection: one message a line on its stdin and stdout.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
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
  /** Never rejects. */
  ended: Promise<ChildEnd>
}

/** From the end of its stdin to SIGTERM, and from there to SIGKILL, in milliseconds. */
const GRACE_MS = 2_000

/** Starts when the client connects. Its stderr is ours. */
export function childTransport({ command, env, cwd }: ChildCommand, log: Log): Child {
  const [file = '', ...args] = command
  const { promise: ended, resolve: end } = Promise.withResolvers<ChildEnd>()
  let process: ChildProcessByStdio<Writable, Readable, null> | undefined

  const child: Child = {
    ended,
    async start() {
      process = spawn(file, args, { env, cwd, stdio: ['pipe', 'pipe', 'inherit'] })
      const { stdin, stdout } = process
      // One by one: the client handles notifications a moment later than answers, and an answer ends its progress.
      let turn = Promise.resolve()
      const inTurn = (message: JSONRPCMessage) => {
        turn = turn.then(() => child.onmessage?.(message))
      }
      const read = messageReader(inTurn, log)
      stdout.on('data', read)
      // A command that has closed its stdin is about to end; how it ended says more than EPIPE.
      stdin.on('error', () => {})
      process.once('error', error => end(notStarted(file, error)))
      // 'exit', not 'close': a grandchild may keep the pipe open.
      process.once('exit', (code, signal) => end(endOf(code, signal)))
      void ended.then(() => child.onclose?.())
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
        if ((await Promise.race([ended, pause(GRACE_MS).then(() => late)])) !== late) return
        process.kill(signal)
      }
      await ended
    },
  }
  return child
}

/** Resolves when the pipe has room again. */
async function written(stdin: Writable | undefined, message: JSONRPCMessage): Promise<void> {
  if (!stdin?.writable) throw new Error('the command has ended')
  await new Promise<void>((resolve, reject) =>
    stdin.write(`${JSON.stringify(message)}\n`, error => (error ? reject(error) : resolve())),
  )
}

function notStarted(file: string, error: Error): ChildEnd {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return { exitCode: 127, words: `${file} was not found` }
  if (code === 'EACCES') return { exitCode: 126, words: `${file} cannot be executed` }
  return { exitCode: 126, words: `${file} could not be started (${code ?? error.message})` }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
  if (signal === null) return { exitCode: code ?? 1, words: `the command ended with exit code ${code ?? 1}` }
  return { exitCode: 128 + constants.signals[signal], words: `the command was ended by ${signal}` }
}
