// Two customers with a server each, and a platform that answers what it is told to.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startFakePlatforms } from '../../../test/fake-platforms/start.ts'
import type { Turn } from '../../../test/fake-platforms/turn.ts'
import { everythingServers, openProcesses, PROGRAM } from '../gateway/processes.ts'
import { openTimed, type TimedTerminal } from './terminal.ts'

/** What the prompt says when nothing is typed and nothing runs. */
export const FREE = 'ask about'

/** Until the systems behind the tools were checked. */
const QUIET_MS = 1_000

export interface ChatWorld {
  /** A chat with the first customer, in a state folder of its own, at its first prompt. */
  open(): Promise<{ terminal: TimedTerminal; start: number }>
  /** The same when its tools are there, and nothing more is drawn. */
  openReady(): Promise<TimedTerminal>
  answers(turn: Turn): void
  end(): Promise<void>
}

export async function openChatWorld(parent: string): Promise<ChatWorld> {
  const folder = mkdtempSync(join(parent, 'chat-'))
  const processes = openProcesses(folder)
  const fake = await startFakePlatforms()
  const servers = await everythingServers(processes, ['alpha', 'beta'])
  const customers = servers.map(({ url }, at) => ({
    name: `Customer ${'AB'[at]}`,
    mcp_servers: [{ name: 'tools', url, trust_hints: true }],
  }))
  const platforms = { openai: { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini' } }
  const config = join(folder, 'mcp_servers.json')
  writeFileSync(config, JSON.stringify({ runtime: 'local', customers, platforms }))
  const world: ChatWorld = {
    async open() {
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        XDG_STATE_HOME: mkdtempSync(join(folder, 'state-')),
        OPENAI_API_KEY: 'bench',
      }
      const command = [process.execPath, PROGRAM, 'chat', 'customer-a']
      const terminal = openTimed(command, { env, folder })
      return { terminal, start: await terminal.started(FREE) }
    },
    async openReady() {
      const { terminal } = await world.open()
      await terminal.started('tools, ')
      await delay(QUIET_MS)
      return terminal
    },
    answers: turn => fake.script('openai', [turn]),
    async end() {
      await processes.end()
      await fake.close()
    },
  }
  return world
}

/** Of this many lines, in blocks of ten. */
export function linesOf(count: number): string {
  const line = (i: number) => `- line ${i} of an answer of ordinary length\n${i % 10 ? '' : '\n'}`
  return Array.from({ length: count }, (_, i) => line(i + 1)).join('')
}
