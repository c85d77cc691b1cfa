import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../base/package-root.ts'
import { MARK, markOf } from '../processes.ts'
import type { Job, KeeperAnswer } from './keeper.ts'
import { type KeptFacts, logPath, makeFolder, recordPath } from './record.ts'

export interface KeptProgram {
  /** Program and arguments; never put a secret in them. */
  command: string[]
  /** The whole environment of the program. */
  env: Record<string, string>
  /** Values to hide in its log. */
  secrets: string[]
}

/**
 * Starts a program that outlives this process, with a record in `folder`. First stop any program with the same key
 * (stopKept). Resolves when it runs, or with the reason why it does not.
 */
export async function startKept(
  folder: string,
  facts: KeptFacts,
  program: KeptProgram,
): Promise<KeeperAnswer> {
  makeFolder(folder)
  const mark = { [MARK]: markOf(folder, facts) }
  const job: Job = {
    facts,
    record: recordPath(folder, facts),
    log: logPath(folder, facts),
    command: program.command,
    env: { ...program.env, ...mark },
    cwd: folder,
    secrets: program.secrets,
  }
  const keeper = spawn(process.execPath, [...LEAN, keeperPath()], {
    cwd: folder,
    env: mark,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const failed = new Promise<KeeperAnswer>(resolve =>
    keeper.once('error', error =>
      resolve({ ok: false, reason: `its keeper process could not be started: ${error.message}` }),
    ),
  )
  keeper.stdin?.on('error', () => {})
  keeper.stdin?.end(`${JSON.stringify(job)}\n`)
  const answer = await Promise.race([answerOf(keeper.stdio[3] as Readable), failed])
  keeper.unref()
  return answer
}

/** Every server has a keeper, so there may be dozens, and their heaps must be small. */
const LEAN = ['--max-old-space-size=32', '--max-semi-space-size=1']

function keeperPath(): string {
  if (import.meta.url.endsWith('.ts')) return fileURLToPath(new URL('./keeper.ts', import.meta.url))
  return join(packageRoot(), 'dist', 'keeper.mjs')
}

async function answerOf(stream: Readable): Promise<KeeperAnswer> {
  const words = await text(stream)
  return words
    ? (JSON.parse(words) as KeeperAnswer)
    : { ok: false, reason: 'its keeper process ended before the program started' }
}
