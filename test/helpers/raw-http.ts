// HTTP as bytes, for requests that no client library would send.

import { createConnection } from 'node:net'

export interface RawHttpReply {
  /** 0 if the connection was closed without an answer. */
  status: number
  text: string
}

/** Sends these bytes, and reads until the answer or the connection has ended. Throws after `ms` milliseconds. */
export async function sendBytes(port: number, bytes: string | Buffer, ms = 10_000): Promise<RawHttpReply> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  const parts: Buffer[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`no answer to ${String(bytes).slice(0, 300)}`)), ms)
  socket.on('close', () => resolve())
  socket.on('data', part => {
    parts.push(part)
    // The end of a stream, whose connection may be kept.
    if (part.toString('latin1').endsWith('\r\n0\r\n\r\n') || part.toString('latin1') === '0\r\n\r\n')
      resolve()
  })
  socket.on('error', () => {})
  socket.write(bytes)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
  const text = Buffer.concat(parts).toString()
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }
}

/** One request, after which the connection is to be closed. A header may stand there twice. */
export function requestBytes(
  first: string,
  headers: readonly (readonly [string, string])[],
  body: string | Buffer = '',
): Buffer {
  const lines = [...headers, ['connection', 'close'] as const].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${first}\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)])
}
