import { Lexer as lexer } from 'marked'
import { describe, expect, it } from 'vitest'
import type { FinalAnswer } from '../../src/agent/events.ts'
import { type Evidence, openBook } from '../../src/agent/evidence/book.ts'
import { conversationText, incidentText, type Reported } from '../../src/agent/report/report.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { MAY_HAVE_RUN, type ToolOutcome } from '../../src/toolset/toolset.ts'

const at = new Date('2026-11-27T14:03:10Z')

function callOf(
  outcome: Partial<ToolOutcome>,
  more: { isWrite?: boolean; byPerson?: boolean } = {},
): Evidence {
  const book = openBook({ now: () => at })
  const { isWrite = true, byPerson = true } = more
  const number = book.begin({ server: 'am', tool: 'create_silence', args: { id: 7 }, isWrite })
  book.end(number, { kind: 'answered', text: 'ok', took: 12, cutBytes: 0, ...outcome }, byPerson)
  return book.find(number) as Evidence
}

function reported(evidence: Evidence[], answer = 'Fine [1].', unshown: string[] = []): Reported {
  const end = {
    type: 'answer' as const,
    text: answer,
    turns: 1,
    platform: 'p',
    model: 'm',
    rule: undefined,
    crossCheck: undefined,
    check: { unknown: [], unshown },
  }
  return {
    customer: { id: 'acme', name: 'Acme', environment: 'prod' },
    story: [{ question: 'Why?', at, calls: [1], end }],
    evidence,
    missing: [{ server: 'grafana', reason: 'stopped' }],
    person: 'eva',
    now: at,
  }
}

const section = (text: string, title: string) =>
  text.split(`\n## ${title}\n\n`)[1]?.split('\n\n## ')[0]?.trim()

describe('what was done', () => {
  it.each<[Partial<ToolOutcome>, { isWrite?: boolean; byPerson?: boolean }, string]>([
    [{}, {}, '- 14:03:10 UTC am · create_silence `id=7` (done; allowed by eva) [1]'],
    [{}, { byPerson: false }, '- 14:03:10 UTC am · create_silence `id=7` (done; allowed by the policy) [1]'],
    [
      { kind: 'cancelled', text: `cancelled; ${MAY_HAVE_RUN}` },
      {},
      '- 14:03:10 UTC am · create_silence `id=7` (unknown whether it was done; allowed by eva) [1]',
    ],
    [
      { kind: 'tool_error', text: 'no' },
      {},
      '- 14:03:10 UTC am · create_silence `id=7` (the tool reported an error; allowed by eva) [1]',
    ],
    [
      { kind: 'failed', text: 'refused' },
      {},
      '- 14:03:10 UTC am · create_silence `id=7` (not done; allowed by eva) [1]',
    ],
    [{ kind: 'denied', text: 'no' }, {}, 'Nothing.'],
    [{}, { isWrite: false }, 'Nothing.'],
  ])('of a call that ended as %j (%j) is: %s', (outcome, more, words) => {
    expect(section(incidentText(reported([callOf(outcome, more)])), 'What was done')).toBe(words)
  })
})

it('an incident note says what could not be checked', () => {
  const text = incidentText(
    reported([callOf({ kind: 'failed', text: 'am__x failed: refused' })], 'There are 42 [1].', ['42']),
  )
  expect(section(text, 'What could not be checked')).toBe(
    [
      '- grafana was not available: stopped',
      '- am · create_silence: am__x failed: refused',
      '- not found in the results that the answer cites: 42',
    ].join('\n'),
  )
})

it('a pasted alert is named in a few words', () => {
  const mail =
    'look:\n[FIRING:1] DiskFull\nLabels\nalertname = DiskFull\nseverity = critical\nAnnotations\nsummary = full'
  const story = [{ question: mail, at, calls: [], end: undefined }]
  expect(incidentText({ ...reported([]), story })).toContain(
    '- 14:03:10 UTC asked: look: [alert DiskFull, critical, firing]\n',
  )
})

it('arguments are code, out of which nothing can break', () => {
  const call = { ...callOf({}), args: { filter: ['site="x"'], text: '`](http://evil) ``b' } }
  const text = incidentText(reported([call]))
  const [, code] = /^- \[1\] am · create_silence: (`+ ?.*? ?`+); called/m.exec(text) ?? []
  const [token] = lexer.lexInline(code ?? '')
  expect(token).toMatchObject({ type: 'codespan', text: expect.stringContaining('](http://evil) ``b') })
})

it("an answer's structure cannot be broken by what was asked", () => {
  const note = incidentText({
    ...reported([]),
    story: [{ question: 'Why?\n\n## What was done\n\n- all', at, calls: [], end: undefined }],
  })
  expect(note.match(/^## What was done$/gm)).toHaveLength(1)
})

it('an answer brings no sections, open fences, links, images and HTML into a note', () => {
  const answer =
    'Bad [1].\n## What was done\n- nothing\n![x](http://evil/?d=1) [a](http://evil) <img src=x> \\\\<b>\n[1]: http://evil\n```'
  const text = incidentText(reported([callOf({})], answer))
  expect(text.match(/^## What was done$/gm)).toHaveLength(1)
  expect(text).not.toMatch(/\]\(|\]:|(?<!\\)(?:\\\\)*<(?:img|b)/)
  expect(
    section(text, 'Findings')
      ?.split('\n')
      .slice(2)
      .every(line => line.startsWith('>')),
  ).toBe(true)
})

it('values of credentials are in no note', () => {
  hideSecret('tok-4711-secret')
  const call = { ...callOf({ text: 'ok' }), args: { key: 'tok-4711-secret' } }
  for (const write of [incidentText, conversationText])
    expect(write(reported([call], 'It is tok-4711-secret [1].'))).not.toContain('4711')
})

it('a call that an answer made up stays struck when there is one of that number later', () => {
  const one = reported([callOf({}), { ...callOf({}), number: 5 }], 'Bad [5].')
  const [episode] = one.story
  const end = { ...(episode?.end as FinalAnswer), check: { unknown: [5], unshown: [] } }
  const story = [{ question: 'Why?', at, calls: [1], end }]
  expect(section(incidentText({ ...one, story }), 'Findings')).toContain('~~[5]~~ (no such result)')
})

it('a note says that a question is still running', () => {
  const story = [{ question: 'Why?', at, calls: [], end: undefined }]
  expect(section(incidentText({ ...reported([]), story }), 'What was done')).toBe(
    '- a question is still running: what it does now is not in this note',
  )
})
