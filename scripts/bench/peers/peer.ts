// What every gateway of the comparison is to it: a program to start, and clients of it.

import type { ChildProcess } from 'node:child_process'
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Processes, Upstream } from '../gateway/processes.ts'

/** Milliseconds after which "never" is said. */
export const NEVER = 30_000

export interface Peer {
  name: string
  /** What one of its servers' `echo` is called. */
  tool: string
  start(servers: readonly Upstream[]): Promise<{ process: ChildProcess; open(): Promise<Client> }>
}

/** Where a comparison runs: its processes, and a folder of its own. */
export interface Place {
  processes: Processes
  folder: string
}

/** A client, tried until the program listens. */
export async function client(transport: 'http' | 'sse', url: string, token?: string): Promise<Client> {
  const requestInit = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }
  const Transport = transport === 'http' ? StreamableHTTPClientTransport : SSEClientTransport
  for (const end = Date.now() + NEVER; ; ) {
    const one = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
    try {
      await one.connect(new Transport(new URL(url), { requestInit }), { timeout: NEVER })
      return one
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}
