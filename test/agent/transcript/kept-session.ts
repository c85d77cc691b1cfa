// A session that writes its conversations down, over one small toolset.

import { expect } from 'vitest'
import type { AgentEvent } from '../../../src/agent/events.ts'
import { openSession, type Session } from '../../../src/agent/session.ts'
import { openTranscripts } from '../../../src/agent/transcript/open.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import { closing } from '../../helpers/closing.ts'

export const LARGE = 'row\n'.repeat(40_000)

export const toolset: Toolset = {
  customer: { id: 'acme', name: 'Acme', environment: undefined, access: 'read-only' },
  generation: 1,
  tools: [
    {
      name: 's__read',
      server: 's',
      tool: 'read',
      description: '',
      inputSchema: { type: 'object' },
      readOnly: true,
    },
    {
      name: 's__write',
      server: 's',
      tool: 'write',
      description: '',
      inputSchema: { type: 'object' },
      readOnly: false,
    },
  ],
  withheld: [],
  leftOut: [],
  patterns: [],
  missing: [],
  call: async name => ({
    kind: 'answered',
    text: name === 's__read' ? 'row' : 'written',
    took: 3,
    cutBytes: name === 's__read' ? LARGE.length : 0,
    ...(name === 's__read' && { whole: LARGE }),
  }),
  retire() {},
}

export async function run<T extends Platform>(folder: string, platform: T) {
  const warn = (reason: string) => expect(reason).toBe('')
  const transcripts = openTranscripts({ folder, keepDays: () => 30, warn }, 'anna')
  const session = openSession({
    toolsetFor: async () => toolset,
    platformsFor: async () => ({
      platform,
      spent: () => ({ usage: undefined, cost: { usd: 0.5, unknown: 0 } }),
    }),
    promptFor: () => '',
    transcriptFor: transcripts.transcriptFor,
  })
  await session.switchTo('acme')
  closing({
    close() {
      session.close()
      transcripts.close()
    },
  })
  const { conversations } = transcripts.of('acme')
  const resume = () => {
    const [last] = conversations.list()
    if (!last) throw new Error('no conversation')
    expect(conversations.claim(last.id)).toBe(true)
    session.continue('acme', last.id, conversations.contents(last.id))
    return last
  }
  return { session, conversations, platform, resume }
}

export async function ask(session: Session, text: string, stop?: (event: AgentEvent) => boolean) {
  const signal = new AbortController().signal
  const approve = async () => ({ allowed: true }) as const
  const events: AgentEvent[] = []
  for await (const event of session.ask({ customerId: 'acme', text, signal, approve })) {
    events.push(event)
    if (stop?.(event)) break
  }
  return events
}
