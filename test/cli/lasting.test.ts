import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { lastingOf, sayHowToContinue } from '../../src/cli/commands/chat/transcripts.ts'
import type { Printer } from '../../src/cli/print/printer.ts'
import type { Project } from '../../src/config/project.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'

const project = { customers: [{ id: 'acme' }, { id: 'bolt' }] } as Pick<Project, 'customers'>

/** Conversations of two customers; the second one is not kept. */
function left() {
  const folder = newFolder()
  const keepDays = (id: string) => (id === 'acme' ? 30 : 0)
  const transcripts = closing(
    openTranscripts({ folder, keepDays, warn: text => expect(text).toBe('') }, 'anna'),
  )
  const ids: Record<string, string> = { acme: 'abcd-1', bolt: 'ffff-1' }
  for (const [customer, id] of Object.entries(ids))
    transcripts.transcriptFor(customer, id)?.asked({ text: 'why?', isCritical: false }, new Date())
  transcripts.of('acme').conversations.begin('abce-2', { person: 'local', login: 'anna' }, new Date())
  return { folder, lasting: () => lastingOf(transcripts, { conversation: id => ids[id] }, project) }
}

it('the quit line has the shortest id that means this conversation, and names no conversation that ends with the chat', () => {
  const lines: string[] = []
  const noteLayout = { width: undefined, command: 'npx supportmax', style: (_: string, text: string) => text }
  sayHowToContinue(
    { noteLayout, note: line => lines.push(line) } as Partial<Printer> as Printer,
    left().lasting(),
  )
  expect(lines).toEqual(['to continue: `npx supportmax chat acme --resume abcd`'])
})

it('a file that became unusable keeps nobody from quitting', () => {
  const { folder, lasting } = left()
  const db = new DatabaseSync(join(folder, 'transcripts', 'acme.db'))
  db.exec('DROP TABLE conversations')
  db.close()
  expect(lasting()).toEqual([])
})
