import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../base/package-root.ts'
import type { Answer, Job } from './keeper.ts'
import { MARK, markOf } from './processes.ts'
import { type KeptFacts, logPath, makeFolder, recordPath } from './record.ts'

export interface Program {
  /** Program and arguments; no secret may be in them. */
  command: string[]
  /** The whole environment of the program. */
  env: Record<string, string>
  /** Values that its log must not show. */
  secrets: string[]
}

/**
 * Starts a program that outlives this process, owned by a record in `folder`. Whatever ran under the same key must
 * have been stopped before (stopKept). The answer comes when it runs, or with the reason why it does not.
 */
export async function startKept(folder: string, facts: KeptFacts, program: Program): Promise<Answer> {
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
  const failed = new Promise<Answer>(resolve =>
    keeper.once('error', error =>
      resolve({ ok: false, reason: `its keeper does not start: ${error.message}` }),
    ),
  )
  keeper.stdin?.on('error', () => {})
  keeper.stdin?.end(`${JSON.stringify(job)}\n`)
  const answer = await Promise.race([answerOf(keeper.stdio[3] as Readable), failed])
  keeper.unref()
  return answer
}

/** One keeper a server: small heaps, since there may be dozens. */
const LEAN = ['--max-old-space-size=32', '--max-semi-space-size=1']

function keeperPath(): string {
  if (import.meta.url.endsWith('.ts')) return fileURLToPath(new URL('./keeper.ts', import.meta.url))
  return join(packageRoot(), 'dist', 'keeper.js')
}

async function answerOf(stream: Readable): Promise<Answer> {
  const words = await text(stream)
  return words
    ? (JSON.parse(words) as Answer)
    : { ok: false, reason: 'its keeper ended before the program began' }
}
