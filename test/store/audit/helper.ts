import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turnEnd } from 'node:timers/promises'
import { LOCAL } from '../../../src/access/principal.ts'
import { startOf } from '../../../src/base/machine.ts'
import { auditFolderIn } from '../../../src/store/audit/files.ts'
import { type OpenTrail, openTrail, type TrailOptions } from '../../../src/store/audit/trail.ts'
import { verifyAudit } from '../../../src/store/audit/verify.ts'
import type { AuditedCall } from '../../../src/toolset/calls/trail.ts'
import { newFolder } from '../../helpers/folder.ts'

export const NOVEMBER = Date.parse('2026-11-26T12:00:00Z')
export const FILE = '1-2026-11.jsonl'

export const CALL: AuditedCall = {
  by: LOCAL,
  customer: 'acme',
  server: 'wiki',
  tool: 'get_page',
  args: { title: 'Home' },
  decision: { kind: 'allow', rule: undefined, because: '' },
}

/** A folder, its trail, and what it warned about. */
export function newTrail(more: Partial<TrailOptions> = {}) {
  const folder = more.folder ?? auditFolderIn(newFolder())
  const warnings: string[] = []
  const options = {
    withArguments: false,
    warn: (text: string) => void warnings.push(text),
    now: () => NOVEMBER,
  }
  return { folder, warnings, trail: openTrail({ ...options, ...more, folder }) }
}

/** As if another process wrote to the first chain. */
export function holdFirstChain(folder: string): void {
  const start = startOf(process.ppid) ?? ''
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '1.lock'), JSON.stringify({ format: 1, id: 'other', pid: process.ppid, start }))
}

/** Resolves when all calls that have ended are recorded. */
export const recorded = turnEnd

export function readCalls(trail: OpenTrail, count: number): void {
  for (let i = 0; i < count; i++)
    trail.ended({ ...CALL, tool: `tool_${i}` }, { outcome: 'answered', took: 1.25, bytes: 30 })
}

export function linesOf(folder: string, file = FILE): string[] {
  return readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
}

export function writeLines(folder: string, lines: readonly string[], file = FILE): void {
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
}

/** `file:line: message` of each fault. */
export function faultsIn(folder: string): string[] {
  return verifyAudit(folder).faults.map(({ file, line, message }) => `${file}:${line ?? ''}: ${message}`)
}
