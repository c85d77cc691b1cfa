// A program of its own: stays with one kept program after the command line that started it is gone. It leads the
// process group, takes the output into bounded files and writes down how the program ended. It never restarts it.
import { spawn } from 'node:child_process'
import { closeSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { hideSecret, redact } from '../../base/redact.ts'
import { boundedLog } from './log-file.ts'
import { processTable } from './processes.ts'
import { type KeptFacts, type KeptRecord, writeRecord } from './record.ts'

/** What the keeper is told on its stdin: never in an argument, since it holds credentials. */
export interface Job {
  facts: KeptFacts
  record: string
  log: string
  command: string[]
  env: Record<string, string>
  cwd: string
  /** Values to hide in the log. */
  secrets: string[]
}

/** What the keeper answers on descriptor 3. */
export type Answer = { ok: true; pid: number } | { ok: false; reason: string }

const ANSWER = 3
const DRAIN_MS = 500

function answer(words: Answer): void {
  try {
    writeSync(ANSWER, JSON.stringify(words))
    closeSync(ANSWER)
  } catch {
    // Who asked is gone; the record tells the next one.
  }
}

async function keep(job: Job): Promise<void> {
  for (const secret of job.secrets) hideSecret(secret)
  const [file = '', ...args] = job.command
  const record = begin(job)
  const log = boundedLog(job.log)
  let outOfMemory = false
  const child = spawn(file, args, { cwd: job.cwd, env: job.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const writers = [child.stdout, child.stderr].map(stream => {
    const writer = log.writer()
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      outOfMemory ||= chunk.includes('JavaScript heap out of memory')
      writer.write(chunk)
    })
    return writer
  })
  child.once('spawn', () => {
    const pid = child.pid ?? 0
    record.child = { pid, start: startOf(pid) }
    writeRecord(job.record, record)
    answer({ ok: true, pid })
  })
  const closed = new Promise(resolve => child.once('close', resolve))
  const { exitCode, reason } = await ended(child)
  // The last words may still be in the pipe; one that a grandchild holds open is not waited for.
  await Promise.race([closed, delay(DRAIN_MS)])
  for (const writer of writers) writer.end()
  writeRecord(job.record, { ...record, ended: { exitCode, outOfMemory, at: new Date().toISOString() } })
  if (reason !== undefined) answer({ ok: false, reason })
}

/** The record stands before the program is let go: a crash at any point leaves nothing unowned. */
function begin(job: Job): KeptRecord {
  const record: KeptRecord = {
    ...job.facts,
    group: process.pid,
    groupStart: startOf(process.pid),
    startedAt: new Date().toISOString(),
  }
  writeRecord(job.record, record)
  return record
}

function ended(child: ReturnType<typeof spawn>): Promise<{ exitCode: number; reason?: string }> {
  return new Promise(resolve => {
    child.once('error', error => resolve({ exitCode: 127, reason: redact(error.message) }))
    // 'exit', not 'close': a grandchild that holds the pipe must not hide that the program ended.
    child.once('exit', (code, signal) =>
      resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0) }),
    )
  })
}

function startOf(pid: number): string {
  return processTable().find(row => row.pid === pid)?.start ?? ''
}

// `down` ends the program by a signal to the group; the keeper waits for it, to write down how it ended.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
const words = await text(process.stdin)
// Half a job: who started this was killed meanwhile, and nothing of it may begin.
if (!words.endsWith('\n')) process.exit(0)
await keep(JSON.parse(words) as Job)
// Whatever the program left running in its group goes with it, this keeper included.
process.kill(-process.pid, 'SIGKILL')
