import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import { newFolder } from '../../helpers/folder.ts'
import { callThenSay, say } from '../../helpers/scripted-platform.ts'
import { chat, toolsetOf } from '../open-chat.tsx'

/** One question with one write that a person has allowed, and its answer. */
async function asked(instead?: (id: string) => Promise<Toolset> | undefined) {
  const opened = chat(callThenSay(['s__write', { a: 1 }]), {}, {}, instead)
  await opened.sees('1 tool')
  await opened.type('do it')
  await opened.sees('[y/N]')
  opened.screen.stdin.write('y\r')
  await opened.sees('heard: ')
  await opened.sees('2 turns')
  return opened
}

it('calls are numbered, and /show has all of one in the pager', async () => {
  const { type, sees, pages, frame } = await asked()
  expect(frame()).toContain('✓ [1] s · write a=1')
  for (const words of ['/show', '/show 1', '/result [1]']) await type(words)
  await sees('/result [1]')
  expect(pages).toHaveLength(3)
  expect(new Set(pages).size).toBe(1)
  expect(pages[0]).toMatch(
    /^\[1\] s · write · answered\n\ncustomer +Nordwind \(north\) PROD\ncalled +\d{4}-\d\d-\d\d .*UTC/,
  )
  expect(pages[0]).toMatch(/\narguments +a: 1\n/)
})

it.each([
  ['/show 7', 'there is no result 7'],
  ['/show foo', '"foo" is not the number of a tool call'],
  ['/show foo', 'there is only [1]'],
  ['/copy 7', 'there is no result 7'],
  ['/save', '/save needs a file'],
  ['/report --all', '/report has no option --all'],
])('%s is refused: %s', async (line, reason) => {
  const { type, sees } = await asked()
  await type(line)
  await sees(reason)
})

it.each(['/show', '/copy', '/save a.md', '/report'])('%s before any question says so', async line => {
  const { type, sees } = chat(callThenSay(['s__write', { a: 1 }]))
  await sees('1 tool')
  await type(line)
  await sees(
    /report|save/.test(line)
      ? 'nothing has been asked yet'
      : line === '/show'
        ? 'no tool has been called'
        : 'there is no answer to copy',
  )
})

it('/copy gives the answer or a result to the clipboard', async () => {
  const { type, sees, copied } = await asked()
  await type('/copy')
  await sees('copied ')
  expect(copied[0]).toMatch(/^heard: /)
  await type('/copy 1')
  await sees('/copy 1')
  expect(`heard: ${copied[1]}`).toBe(copied[0])
})

it('/save writes a new file that only this person can read, and never over another one', async () => {
  const { type, sees } = await asked()
  const file = join(newFolder(), 'a b.md')
  await type(`/save ${file}`)
  await sees('wrote ')
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^# Nordwind \(north\) PROD\n\nSaved \d{4}/)
  expect(text).toContain('## do it\n')
  expect(text).toContain('heard: ')
  expect(text).toMatch(/- \[1\] s · write: `a=1`; called /)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await type(`/save ${file}`)
  await sees('exists already')
  expect(readFileSync(file, 'utf8')).toBe(text)
  await type('/save /nowhere/at/all.md')
  await sees('there is no folder /nowhere/at')
  expect(existsSync('/nowhere')).toBe(false)
})

it('/report shows what was done and by whom; --redact leaves out tools and arguments', async () => {
  const { type, sees, pages } = await asked()
  await type('/report')
  await sees('› /report')
  const [note = ''] = pages
  for (const title of ['Timeline', 'Findings', 'What could not be checked', 'What was done', 'Evidence'])
    expect(note).toContain(`\n## ${title}\n`)
  expect(note).toMatch(
    /## What was done\n\n- \d\d:\d\d:\d\d UTC s · write `a=1` \(done; allowed by \S+\) \[1\]\n/,
  )
  await type('/report --redact')
  await sees('1 change only called "a change": say what it was')
  expect(pages[1]).toContain('# Incident note: Nordwind\n')
  expect(pages[1]).not.toMatch(/\[1\]|## Evidence|do it|heard|a=1/)
  expect(pages[1]).toMatch(/## What was done\n\n- .*: a change was made\.\n/)
})

it('/report --redact says so where nothing is proven', async () => {
  const { type, sees, pages } = chat(() => say('It is probably the disk.'))
  await sees('1 tool')
  await type('why?')
  await sees('probably')
  await type('/report --redact')
  await sees('there is nothing to tell the customer yet')
  expect(pages).toEqual([])
})

it("while another customer's tools are on their way, nothing of the one before is shown under its name", async () => {
  const arrival = Promise.withResolvers<Toolset>()
  const { type, sees, pages, copied } = await asked(id => (id === 'south' ? arrival.promise : undefined))
  await type('/customer south')
  await sees('Süd')
  const file = join(newFolder(), 'south.md')
  await type('/show 1')
  await sees('no tool has been called')
  await type('/copy')
  await sees('there is no answer to copy')
  await type(`/save ${file}`)
  await sees('nothing has been asked yet')
  for (const line of ['/copy 1', '/report', '/report --redact', '/clear']) await type(line)
  await sees('cleared the conversation with Süd')
  expect([pages, copied, existsSync(file)]).toEqual([[], [], false])
  arrival.resolve(toolsetOf('south'))
  await type('/customer north')
  await type('/show')
  await sees('› /show')
  expect(pages).toHaveLength(1)
})

it('/copy gives no control characters away', async () => {
  const { type, sees, copied } = chat(() => say('a\tb \u001b[201~\nrm -rf x\u0003'))
  await sees('1 tool')
  await type('do it')
  await sees('1 turn')
  await type('/copy')
  await sees('copied ')
  expect(copied).toEqual(['a\tb \nrm -rf x'])
})
