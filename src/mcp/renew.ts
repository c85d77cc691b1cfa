import { Fault, type Losses } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import type { McpClient } from './wire/client.ts'
import { faultOf } from './wire/fault.ts'
import { speaksOfSession } from './wire/http/answer.ts'
import { foundAgain } from './wire/sockets/again.ts'

export type OpenClient = (endpoint: Endpoint, signal?: AbortSignal) => Promise<McpClient>

/**
 * A client that is replaced when its session or stream is lost; several requests that notice share the new one. The lost
 * one is closed after its last request: another server behind the same address may still be answering it.
 */
export function renewable(endpoint: Endpoint, first: McpClient, open: OpenClient) {
  const running = new Map<McpClient, number>()
  let client = first
  let renewing: Promise<McpClient> | undefined
  let closed = false

  async function renew(lost: McpClient): Promise<McpClient> {
    if (client !== lost) return client
    // What was said about the address when the first client was opened is too old.
    renewing ??= foundAgain(endpoint)
      .then(now => open(now))
      .finally(() => {
        renewing = undefined
      })
    const fresh = await renewing
    if (closed) {
      void fresh.close()
      throw new Fault('closed', 'the connection was closed')
    }
    if (client === lost) {
      client = fresh
      if (!running.has(lost)) void lost.close()
    }
    return client
  }

  async function send<T>(used: McpClient, signal: AbortSignal, request: Request<T>): Promise<T> {
    running.set(used, (running.get(used) ?? 0) + 1)
    try {
      return await request(used, signal)
    } finally {
      const left = (running.get(used) ?? 1) - 1
      if (left > 0) running.set(used, left)
      else running.delete(used)
      if (left === 0 && used !== client) void used.close()
    }
  }

  /** A client whose session is alive, and whose server is ours. What fails here has not sent the request. */
  async function usable(signal: AbortSignal): Promise<McpClient> {
    try {
      const used = client.dead() ? await renew(client) : client
      await used.channel.verify(signal)
      return used
    } catch (error) {
      throw faultOf(error).beforeRunning()
    }
  }

  return {
    current: () => client,
    async ask<T>(
      signal: AbortSignal,
      { repeatable, losses = { count: 0 } }: { repeatable: boolean; losses?: Losses | undefined },
      request: Request<T>,
    ): Promise<T> {
      const used = await usable(signal)
      try {
        return await send(used, signal, request)
      } catch (error) {
        const fault = faultOf(error)
        countLoss(fault, losses)
        if (saysSessionLost(fault)) used.lose()
        const lost = used.dead() || fault.kind === 'closed'
        const mayRepeat = (repeatable && losses.count < 2) || fault.fate === 'not_run'
        if (!lost || signal.aborted || !mayRepeat) throw fault
        used.lose()
        return send(await usable(signal), signal, request).catch(error => {
          const fault = faultOf(error)
          countLoss(fault, losses)
          throw fault
        })
      }
    },
    async close() {
      closed = true
      await Promise.all([...new Set([client, ...running.keys()])].map(one => one.close()))
    },
  }
}

/** A proxy that finds nothing behind it says so for many requests, and loses none. */
function countLoss({ fate, kind }: Fault, losses: Losses): void {
  if (fate === 'unknown' && kind !== 'server') losses.count++
}

type Request<T> = (client: McpClient, signal: AbortSignal) => Promise<T>

/** Whether a JSON-RPC error, with any HTTP status, says that our session is lost. */
function saysSessionLost(fault: Fault): boolean {
  return fault.kind === 'protocol' && speaksOfSession(fault.message)
}
