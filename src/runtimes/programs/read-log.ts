import { readFileSync, statSync } from 'node:fs'
import { pause } from '../../base/waiting/wait.ts'
import type { LogLine, LogOptions } from '../runtime.ts'
import { lastLines, lineFilter } from '../wanted-lines.ts'
import { olderLog } from './log-file.ts'
import { parseLine } from './log-line.ts'

const LOOK_EVERY_MS = 200

/** The lines of a bounded log; with `follow` also new ones, until `signal` aborts. Yields nothing if there is no log. */
export async function* readLog(
  path: string,
  options: LogOptions,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  let position = positionOf(path)
  const all = [...linesOf(readFrom(olderLog(path), 0)), ...linesOf(readFrom(path, 0).slice(0, position.size))]
  const isWanted = lineFilter(options)
  yield* lastLines(all.filter(isWanted), options.tail)
  while (options.follow && !signal?.aborted) {
    await pause(LOOK_EVERY_MS, signal).catch(() => {})
    const now = positionOf(path)
    if (now.file !== position.file) {
      // The log was rotated: unread lines are in the older file.
      yield* linesOf(readFrom(olderLog(path), position.size)).filter(isWanted)
      position = { file: now.file, size: 0 }
    }
    const news = readFrom(path, position.size)
    yield* linesOf(news).filter(isWanted)
    position = { file: now.file, size: position.size + news.length }
  }
}

function positionOf(path: string): { file: number; size: number } {
  const stat = statSync(path, { throwIfNoEntry: false })
  return { file: stat?.ino ?? 0, size: stat?.size ?? 0 }
}

function readFrom(path: string, offset: number): Buffer {
  try {
    return readFileSync(path).subarray(offset)
  } catch {
    return Buffer.alloc(0)
  }
}

/** The writer appends whole lines only. */
function linesOf(text: Buffer): LogLine[] {
  return text.length === 0 ? [] : text.toString('utf8').replace(/\n$/, '').split('\n').map(parseLine)
}
