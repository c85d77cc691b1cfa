import type Dockerode from 'dockerode'
import { redact, redactCutOff } from '../../../base/redact.ts'
import { keyText, type ServerKey } from '../../../config/project.ts'
import type { LogLine, LogOptions } from '../../runtime.ts'
import { lastLines, lineFilter } from '../../wanted-lines.ts'
import { keyOfLabels, ourContainers } from './observe.ts'

/** A server's log from its newest container. Nothing without a container. */
export async function* dockerLogs(
  { engine, project }: { engine: Dockerode; project: string },
  key: ServerKey,
  options: LogOptions,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  const containers = await ourContainers(engine, project, signal)
  const newest = containers
    .filter(({ Labels }) => keyText(keyOfLabels(Labels)) === keyText(key))
    .sort((a, b) => b.Created - a.Created)[0]
  if (!newest) return
  const container = engine.getContainer(newest.Id)
  const what = { stdout: true, stderr: true, timestamps: true, ...(signal && { abortSignal: signal }) }
  try {
    const isWanted = lineFilter(options)
    const since = options.since ? options.since.getTime() / 1_000 : 0
    // Without a text to find, the engine counts the lines itself.
    const tail = options.grep === undefined ? options.tail : undefined
    const limit = { since, ...(tail === undefined ? {} : { tail }) }
    const there = await all(linesOf([await container.logs({ ...what, ...limit, follow: false })]))
    yield* lastLines(there.filter(isWanted), options.tail)
    if (!options.follow) return
    // With nothing shown, new lines are those from now on; else the engine repeats the second of the last line.
    const last = there.at(-1)?.at ?? (tail === 0 ? new Date().toISOString() : '')
    const from = last === '' ? since : Math.floor(Date.parse(last) / 1_000)
    const stream = (await container.logs({ ...what, follow: true, since: from })) as AsyncIterable<Buffer>
    for await (const line of linesOf(stream))
      if ((line.at === undefined || line.at > last) && isWanted(line)) yield line
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

async function all(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const found: LogLine[] = []
  for await (const line of lines) found.push(line)
  return found
}

interface Message {
  stream: number
  at: string | undefined
  text: Buffer
}

/** Messages joined to lines: a long line comes in several messages, and those of both streams may alternate. */
async function* linesOf(source: AsyncIterable<Buffer> | Buffer[]): AsyncGenerator<LogLine> {
  const open = new Map<number, Message>()
  for await (const message of messagesOf(source)) {
    const before = open.get(message.stream)
    const text = before ? Buffer.concat([before.text, message.text]) : message.text
    const at = before ? before.at : message.at
    if (text.at(-1) === NEWLINE) {
      open.delete(message.stream)
      yield lineOf({ at, text: text.subarray(0, -1) })
    } else open.set(message.stream, { stream: message.stream, at, text })
  }
  // The container ended in the middle of a line, perhaps in the middle of a secret.
  for (const { at, text } of open.values()) yield { at, text: redactCutOff(text.toString('utf8')) }
}

const NEWLINE = 10

function lineOf({ at, text }: Pick<Message, 'at' | 'text'>): LogLine {
  return { at, text: redact(text.toString('utf8')) }
}

/**
 * Without a terminal, the engine sends one frame for each message: one byte that names the stream, three unused, four of
 * length (big endian), then the time, a space and the text (docs.docker.com/reference/api/engine, ContainerAttach).
 */
async function* messagesOf(source: AsyncIterable<Buffer> | Buffer[]): AsyncGenerator<Message> {
  let waiting = Buffer.alloc(0)
  for await (const chunk of source) {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 8 && waiting.length >= 8 + waiting.readUInt32BE(4)) {
      const [stream, end] = [waiting[0] ?? 0, 8 + waiting.readUInt32BE(4)]
      const frame = waiting.subarray(8, end)
      const space = frame.indexOf(' ')
      const at = frame.subarray(0, Math.max(0, space)).toString('latin1')
      const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(at)
      yield { stream, at: isTime ? at : undefined, text: isTime ? frame.subarray(space + 1) : frame }
      waiting = waiting.subarray(end)
    }
  }
}
