import type Dockerode from 'dockerode'
import { redact } from '../../base/redact.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import { keyOfLabels, ourContainers } from './observe.ts'

/** Lines of a server's log without line ends, secrets hidden; with `follow` until abort. Nothing without a container. */
export async function* dockerLogs(
  { engine, project }: { engine: Dockerode; project: string },
  key: ServerKey,
  options: { follow: boolean; tail: number },
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const containers = await ourContainers(engine, project, signal)
  const newest = containers
    .filter(({ Labels }) => keyText(keyOfLabels(Labels)) === keyText(key))
    .sort((a, b) => b.Created - a.Created)[0]
  if (!newest) return
  const what = { stdout: true, stderr: true, tail: options.tail, ...(signal && { abortSignal: signal }) }
  const container = engine.getContainer(newest.Id)
  try {
    const source = options.follow
      ? ((await container.logs({ ...what, follow: true })) as AsyncIterable<Buffer>)
      : [await container.logs({ ...what, follow: false })]
    for await (const line of linesOf(source)) yield redact(line)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/**
 * Without a terminal, the engine sends frames: one byte that names the stream, three unused, four of length (big
 * endian), then text (docs.docker.com/reference/api/engine, ContainerAttach). A line may take several frames, and
 * frames of both streams may alternate.
 */
async function* linesOf(source: AsyncIterable<Buffer> | Buffer[]): AsyncGenerator<string> {
  const rests = new Map<number, Buffer>()
  let waiting = Buffer.alloc(0)
  for await (const chunk of source) {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 8 && waiting.length >= 8 + waiting.readUInt32BE(4)) {
      const [stream, end] = [waiting[0] ?? 0, 8 + waiting.readUInt32BE(4)]
      const text = Buffer.concat([rests.get(stream) ?? Buffer.alloc(0), waiting.subarray(8, end)])
      const upTo = text.lastIndexOf(10) + 1
      if (upTo > 0)
        yield* text
          .subarray(0, upTo - 1)
          .toString('utf8')
          .split('\n')
      rests.set(stream, text.subarray(upTo))
      waiting = waiting.subarray(end)
    }
  }
  for (const rest of rests.values()) if (rest.length > 0) yield rest.toString('utf8')
}
