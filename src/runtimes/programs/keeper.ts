// A separate program that supervises one kept program after the command that started it has ended. It leads the process
// group, writes the output to bounded files and records how the program ended. It never restarts the program.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { closeSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { startOf } from '../../base/machine.ts'
import { hideSecret, redact } from '../../base/redact.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause } from '../../base/waiting/wait.ts'
import { boundedLog } from './log-file.ts'
import { type KeptFacts, type KeptRecord, writeRecord } from './record.ts'

/** What the keeper has to do. Sent on stdin, never as an argument, because it contains credentials. */
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

/** The keeper's answer, on descriptor 3. */
export type KeeperAnswer = { ok: true; pid: number } | { ok: false; reason: string }

const ANSWER = 3

function answer(words: KeeperAnswer): void {
  try {
    writeSync(ANSWER, JSON.stringify(words))
    closeSync(ANSWER)
  } catch {
    // The process that waited for it has ended; the next run reads the record instead.
  }
}

async function keep(job: Job): Promise<void> {
  for (const secret of job.secrets) hideSecret(secret)
  const [file = '', ...args] = job.command
  const record = writeFirstRecord(job)
  const child = spawn(file, args, { cwd: job.cwd, env: job.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = captureOutput(child, job.log)
  child.once('spawn', () => {
    const pid = child.pid ?? 0
    record.child = { pid, start: startOf(pid) ?? '' }
    writeRecord(job.record, record)
    answer({ ok: true, pid })
  })
  const { exitCode, reason } = await exitOf(child)
  await output.end()
  const at = new Date().toISOString()
  writeRecord(job.record, { ...record, ended: { exitCode, outOfMemory: output.outOfMemory, at } })
  if (reason !== undefined) answer({ ok: false, reason })
}

/** Writes the program's output to its log, and notices when Node reports that it ran out of memory. */
function captureOutput(child: Child, path: string) {
  const log = boundedLog(path)
  const seen = {
    outOfMemory: false,
    async end() {
      // The last output may still be in the pipe; do not wait for a pipe that a grandchild keeps open.
      await Promise.race([closed, pause(TIMEOUTS.lastOutput)])
      for (const writer of writers) writer.end()
    },
  }
  const writers = [child.stdout, child.stderr].map(stream => {
    const writer = log.writer()
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      seen.outOfMemory ||= chunk.includes('JavaScript heap out of memory')
      writer.write(chunk)
    })
    return writer
  })
  const closed = new Promise(resolve => child.once('close', resolve))
  return seen
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/** Writes the record before the program starts, so that a crash at any point leaves no process without a record. */
function writeFirstRecord(job: Job): KeptRecord {
  const record: KeptRecord = {
    ...job.facts,
    group: process.pid,
    groupStart: startOf(process.pid) ?? '',
    startedAt: new Date().toISOString(),
  }
  writeRecord(job.record, record)
  return record
}

function exitOf(child: Child): Promise<{ exitCode: number; reason?: string }> {
  return new Promise(resolve => {
    child.once('error', error => resolve({ exitCode: 127, reason: redact(error.message) }))
    // 'exit', not 'close': a grandchild that keeps the pipe open must not hide that the program ended.
    child.once('exit', (code, signal) =>
      resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0) }),
    )
  })
}

// `down` signals the whole group; the keeper outlives the program to record how it ended.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
const words = await text(process.stdin)
// Half a job: the process that sent it was killed, so nothing may start.
if (!words.endsWith('\n')) process.exit(0)
await keep(JSON.parse(words) as Job)
// Ends all processes that the program left running in its group, and this keeper with them.
process.kill(-process.pid, 'SIGKILL')
