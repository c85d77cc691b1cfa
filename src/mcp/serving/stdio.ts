// Serves MCP on a pair of streams, for a client that starts its servers as commands.

import type { Readable, Writable } from 'node:stream'
import type { Server } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Principal } from '../../access/principal.ts'
import { INVALID_REQUEST } from '../../base/http/rpc-codes.ts'
import { bytes } from '../../base/text/amounts.ts'
import { BoundedStreams, MOST_LINE } from './bounded-streams.ts'
import type { ServedDoor } from './served.ts'
import { serverFor } from './server.ts'

export interface StreamServing {
  served: ServedDoor
  by: Principal
  input: Readable
  output: Writable
  /** Calls back when lists have changed, until the returned function is called. */
  onChange?: ((listener: () => void) => () => void) | undefined
  /** Called with what is wrong on the way to the client. */
  onProblem(error: Error): void
}

/**
 * Answers requests in both eras until the input ends or `signal` fires. Requests that are still running then are cancelled, and
 * get no answer.
 */
export async function serveOnStreams(serving: StreamServing, signal: AbortSignal): Promise<void> {
  const { served, by, input, output, onChange, onProblem } = serving
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let isEnding = false
  const end = () => {
    isEnding = true
    resolve()
  }
  for (const event of ['end', 'close'] as const) input.once(event, end)
  const endOnAbort = () => end()
  signal.addEventListener('abort', endOnAbort, { once: true })
  if (input.readableEnded || input.destroyed || signal.aborted) end()
  const onDeaf = () => {
    onProblem(new Error('disconnected a client that does not read'))
    output.destroy()
    end()
  }
  const onClosed = () => {
    if (!isEnding && !output.destroyed) output.write(TOO_LONG)
    end()
  }
  const opened: Awaited<ReturnType<typeof serverFor>>[] = []
  const handle = serveStdio(
    async ({ era }) => {
      const made = await serverFor(served, by, { era })
      opened.push(made)
      return made.server
    },
    {
      transport: new BoundedStreams(input, output, { onDeaf, onClosed }),
      onerror: error => isGone(error) || onProblem(error),
    },
  )
  const stop = onChange?.(() => opened.forEach(({ server }) => void tellOfChange(server)))
  await ended
  // The signal of `serve` outlives its clients.
  signal.removeEventListener('abort', endOnAbort)
  stop?.()
  await handle.close()
  await Promise.all(opened.map(({ own }) => own?.close()))
}

/** The only reason for which the transport closes by itself. Whose request it was is not known. */
const TOO_LONG = `${JSON.stringify({
  jsonrpc: '2.0',
  id: null,
  error: {
    code: INVALID_REQUEST,
    message: `Invalid Request: a message was larger than ${bytes(MOST_LINE)}, so the connection ends`,
  },
})}\n`

/** Whether a client has left while it was being answered, which is no problem. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET'
}

/** Tells a client that stays connected that every list may have changed. */
export async function tellOfChange(server: Server): Promise<void> {
  const notices = [
    server.sendToolListChanged(),
    server.sendPromptListChanged(),
    server.sendResourceListChanged(),
  ]
  await Promise.allSettled(notices)
}
