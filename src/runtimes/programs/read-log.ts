import { readFileSync, statSync } from 'node:fs'
import { pause } from '../../base/waiting/wait.ts'
import { olderLog } from './log-file.ts'

const LOOK_EVERY_MS = 200

/**
 * The last `tail` lines of a bounded log, each without its line end; with `follow` also new lines, until `signal`
 * aborts. Yields nothing if there is no log.
 */
export async function* readLog(
  path: string,
  options: { follow: boolean; tail: number },
  signal?: AbortSignal,
): AsyncGenerator<string> {
  let position = positionOf(path)
  const all = [...linesOf(readFrom(olderLog(path), 0)), ...linesOf(readFrom(path, 0).slice(0, position.size))]
  yield* options.tail > 0 ? all.slice(-options.tail) : []
  while (options.follow && !signal?.aborted) {
    await pause(LOOK_EVERY_MS, signal).catch(() => {})
    const now = positionOf(path)
    if (now.file !== position.file) {
      // The log was rotated: unread lines are in the older file.
      yield* linesOf(readFrom(olderLog(path), position.size))
      position = { file: now.file, size: 0 }
    }
    const news = readFrom(path, position.size)
    yield* linesOf(news)
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
function linesOf(text: Buffer): string[] {
  return text.length === 0 ? [] : text.toString('utf8').replace(/\n$/, '').split('\n')
}
