// What a client has not read yet is held for it, up to a limit: the SDK's streams have none.

/** Bytes that may wait when more comes. One answer may be larger. */
export const MOST_UNREAD = 4 * 1024 * 1024

const NOT_READ = 'the client does not read'

/**
 * The same response. Its body ends early if the client does not read it while more and more comes: an event stream closes,
 * after whole events; any other body breaks off with an error, since half of it must not be taken for all of it.
 *
 * @param onDone called when the body has been read, dropped or ended
 */
export function bounded(
  { status, headers }: Response,
  body: ReadableStream<Uint8Array>,
  onDone: () => void = () => {},
): Response {
  const reader = body.getReader()
  let parts: Uint8Array[] = []
  let bytes = 0
  let end: { error?: unknown } | undefined
  let wake = () => {}
  let isDone = false
  const done = () => {
    if (!isDone) onDone()
    isDone = true
  }

  async function fill(): Promise<void> {
    for (;;) {
      const { value, done: isLast } = await reader.read()
      if (isLast) return
      if (bytes > MOST_UNREAD) {
        parts = []
        await reader.cancel(NOT_READ)
        if (isEventStream(headers)) return
        throw new Error(NOT_READ)
      }
      parts.push(value)
      bytes += value.length
      wake()
    }
  }

  function ended(how: { error?: unknown }): void {
    end = how
    wake()
  }

  void fill().then(
    () => ended({}),
    error => ended({ error }),
  )
  const held = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (parts.length === 0 && !end)
          await new Promise<void>(resolve => {
            wake = resolve
          })
        const part = parts.shift()
        if (part) {
          bytes -= part.length
          return controller.enqueue(part)
        }
        done()
        if (end && 'error' in end) controller.error(end.error)
        else controller.close()
      },
      async cancel(reason) {
        done()
        await reader.cancel(reason)
      },
    },
    // No part is taken before it is asked for: the HTTP server would end the body with the text of an error in between.
    { highWaterMark: 0 },
  )
  return new Response(held, { status, headers })
}

function isEventStream(headers: Headers): boolean {
  return (headers.get('content-type') ?? '').toLowerCase().startsWith('text/event-stream')
}
