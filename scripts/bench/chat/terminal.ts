import { readdirSync, readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'

/** A program in a real pseudo-terminal that is timed: nothing draws what it writes, which would take time itself. */
export interface TimedTerminal {
  /** Milliseconds from the keys to the words among what was written since then. */
  timed(keys: string, words: string): Promise<number>
  /** Milliseconds from its start to these words. */
  started(words: string): Promise<number>
  bytes(): number
  /** Resident memory of its whole process tree, in MiB. */
  megabytes(): number
  end(): Promise<void>
}

export interface TimedOptions {
  env: Record<string, string>
  folder: string
  rows?: number
}

const PATIENCE_MS = 60_000
/** For the end of a program that takes no notice of the signal. */
const END_MS = 3_000

export function openTimed(
  command: readonly string[],
  { env, folder, rows = 40 }: TimedOptions,
): TimedTerminal {
  let written = ''
  let bytes = 0
  let arrived: () => void = () => {}
  const [program = '', ...args] = command
  const began = performance.now()
  const pty = spawn(program, args, {
    name: 'xterm-256color',
    cols: 100,
    rows,
    cwd: folder,
    env: { ...env, TERM: 'xterm-256color' },
  })
  pty.onData(data => {
    written += data
    bytes += Buffer.byteLength(data)
    arrived()
  })
  const ended = new Promise<void>(resolve => pty.onExit(() => resolve()))

  /** Settles when the words were written. */
  function wrote(words: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const end = stripVTControlCharacters(written).slice(-800)
        reject(new Error(`${command.join(' ')}: ${words} did not come within ${PATIENCE_MS} ms: ${end}`))
      }, PATIENCE_MS)
      arrived = () => {
        if (!stripVTControlCharacters(written).includes(words)) return
        clearTimeout(late)
        arrived = () => {}
        resolve(performance.now())
      }
      arrived()
    })
  }

  return {
    async timed(keys, words) {
      written = ''
      const from = performance.now()
      pty.write(keys)
      return (await wrote(words)) - from
    },
    started: async words => (await wrote(words)) - began,
    bytes: () => bytes,
    megabytes: () => treeMegabytes(pty.pid),
    async end() {
      pty.kill('SIGTERM')
      const late = setTimeout(() => pty.kill('SIGKILL'), END_MS)
      await ended
      clearTimeout(late)
    },
  }
}

function treeMegabytes(pid: number): number {
  const of = (one: number, file: string) => {
    try {
      return readFileSync(`/proc/${one}/${file}`, 'utf8')
    } catch {
      return ''
    }
  }
  const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(of(pid, 'status'))?.[1] ?? 0) / 1024
  const children = threadsOf(pid).flatMap(thread =>
    of(pid, `task/${thread}/children`).split(' ').filter(Boolean),
  )
  return children.reduce((sum, child) => sum + treeMegabytes(Number(child)), own)
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}
