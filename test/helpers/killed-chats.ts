// Real chats on real terminals are killed at many points: what was on the screen must be in the transcript, and the model must
// know it when the conversation is continued.

import { rmSync } from 'node:fs'
import { expect } from 'vitest'
import { restored } from '../../src/agent/transcript/restore.ts'
import { openShelf } from '../../src/store/transcripts/shelf.ts'
import { newFolder } from './folder.ts'
import { bundled, openTerminal } from './terminal.ts'
import { until } from './until.ts'

const AT_ONCE = 4
const LINES = 80

/** Kills a chat once the screen has shown this many lines, and returns what it had shown and what is kept. */
async function killedAfter(program: string, lines: number) {
  const state = newFolder()
  const terminal = openTerminal([program, '--long', String(LINES), '--call', '--state', state], { rows: 40 })
  await terminal.sees('1 withheld')
  terminal.write('how long is the queue?\r')
  await until(`line ${lines}`, () => shownLines(terminal.text()).size >= lines, 60_000)
  terminal.kill()
  await terminal.exited
  const shelf = openShelf({ folder: state, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  const { conversations } = shelf.of('nordwind')
  const [kept] = conversations.list()
  const contents = conversations.contents(kept?.id ?? '')
  const text = contents.entries.flatMap(one =>
    one.kind === 'text' ? (one.body as { text: string }).text : [],
  )
  const kinds = new Set(contents.entries.map(one => one.kind))
  const results = contents.calls.map(one => one.text())
  const known = restored(contents)
    .messages.map(one => one.text)
    .join('\n')
  shelf.close()
  return { kept, shown: terminal.text(), text: text.join(''), kinds, results, known }
}

function shownLines(text: string): Set<number> {
  return new Set([...text.matchAll(/line number (\d+) of a/g)].map(([, number]) => Number(number)))
}

/** Kills chats at so many points of their answer; nothing that was shown may be lost. Returns how often a call had been shown. */
export async function survivingKills(kills: number): Promise<number> {
  const points = Array.from({ length: kills }, (_, i) => 1 + Math.round((i * (2 * LINES - 2)) / (kills - 1)))
  const program = await bundled('test/helpers/chat-program.ts')
  let seenCalls = 0
  const one = async () => {
    for (let lines = points.shift(); lines !== undefined; lines = points.shift()) {
      const { kept, shown, text, kinds, results, known } = await killedAfter(program, lines)
      expect(kept?.title).toBe('how long is the queue?')
      const missing = [...shownLines(shown)].filter(
        number => ![text, known].every(one => one.includes(`line number ${number} of a long`)),
      )
      expect(missing).toEqual([])
      if (!/✓ \[1\] alertmanager · list_alerts/.test(shown)) continue
      seenCalls++
      expect(kinds).toContain('call-ended')
      for (const one of [results[0], known]) expect(one).toContain('3 alerts are firing')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one)).finally(() => rmSync(program, { force: true }))
  return seenCalls
}
