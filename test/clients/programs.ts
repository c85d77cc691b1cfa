// The programs of others that `npm run test:clients` runs, and where it has installed them.

import { execFile } from 'node:child_process'
import { arch } from 'node:os'
import type { Installed } from '../../scripts/npm-cache.ts'

/**
 * Each with its exact version; docs/clients.md names the same ones. Claude Code and opencode are programs for one kind of
 * machine, which `@anthropic-ai/claude-code` and `opencode-ai` only put in place.
 */
export const PACKAGES = {
  inspector: '@modelcontextprotocol/inspector@2.12.0',
  'ai-sdk': '@ai-sdk/mcp@2.0.99',
  'claude-code': `@anthropic-ai/claude-code-linux-${arch()}@2.1.332`,
  codex: '@openai/codex@0.169.0',
  'gemini-cli': '@google/gemini-cli@0.61.0',
  opencode: `opencode-linux-${arch()}@1.18.33`,
  continue: '@continuedev/cli@1.5.47',
} as const

export type ClientId = keyof typeof PACKAGES

/** The variable in which scripts/clients.ts says where the clients are. */
export const PLACES = 'SUPPORTMAX_TEST_CLIENTS'

const places: Partial<Record<ClientId, Installed>> = JSON.parse(process.env[PLACES] ?? '{}')

export interface ClientProgram {
  /** Its name, and why it is skipped. */
  title: string
  /** Its `node_modules`. */
  modules: string
  /** Why it is skipped. */
  missing: string | undefined
}

export function placeOf(id: ClientId): ClientProgram {
  const place = places[id] ?? { reason: 'only `npm run test:clients` runs it' }
  if ('folder' in place) return { title: id, modules: `${place.folder}/node_modules`, missing: undefined }
  return { title: `${id} (skipped: ${place.reason})`, modules: '', missing: place.reason }
}

export interface ClientRun {
  code: number | string | null
  /** stdout and stderr. */
  said: string
}

/** Runs a command to its end, with nothing on stdin. */
export function runClient(
  [file = '', ...args]: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<ClientRun> {
  return new Promise(resolve => {
    const options = { cwd, env, timeout: 50_000, killSignal: 'SIGKILL' } as const
    const child = execFile(file, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, said: stdout + stderr }),
    )
    child.stdin?.end()
  })
}
