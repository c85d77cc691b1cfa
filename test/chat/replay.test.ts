import { describe, expect, it } from 'vitest'
import { replayed } from '../../src/chat/resuming/replay.ts'
import { reduce } from '../../src/chat/view/reduce.ts'
import { firstView } from '../../src/chat/view/view.ts'
import type { ConversationContents } from '../../src/store/transcripts/conversations.ts'
import { MAY_HAVE_RUN } from '../../src/toolset/toolset.ts'

const customer = { id: 'north', name: 'Nordwind', production: false, access: 'read-only' } as const
const at = new Date(0)
let number = 0
const entry = (kind: string, body: unknown) => ({ number: ++number, at, kind, body })
const asked = (text: string) => entry('asked', { text, shown: text, isCritical: false })
const text = (words: string) => entry('text', { text: words })
const answer = entry('answer', { type: 'answer', text: '', platform: 'demo', model: 'm', turns: 1 })

function drawn(entries: ReturnType<typeof entry>[]): string[] {
  const view = replayed({ entries, calls: [] }).reduce(reduce, firstView(customer))
  expect(view.asking).toBe(undefined)
  return view.finished.flatMap(one => ('text' in one ? one.text : []))
}

it('the last questions that fit on a screen are shown, as they were', () => {
  const entries = [1, 2, 3, 4, 5].flatMap(i => [asked(`q${i}`), text(`${'line\n'.repeat(10)}a${i}`), answer])
  const shown = drawn(entries)
  expect(shown.filter(one => one.startsWith('q'))).toEqual(['q4', 'q5'])
})

it('the end of a long answer is shown, and how much is missing', () => {
  const lines = Array.from({ length: 2_000 }, (_, i) => `- line ${i}`)
  const pieces = [lines.slice(0, 990), lines.slice(990)].map(some => text(`${some.join('\n')}\n`))
  const shown = drawn([asked('many?'), ...pieces, answer]).join('\n')
  expect(shown).toContain('line 1999')
  expect(shown).toContain('1,962 earlier lines')
  expect(shown).not.toContain('line 1900')
})

it('a question without an end says that supportmax ended before its answer', () => {
  expect(drawn([asked('why?'), text('because')])).toEqual([
    'why?',
    'because',
    'no answer: supportmax ended before it came',
  ])
})

it('a conversation without questions shows nothing', () => {
  expect(replayed({ entries: [], calls: [] })).toEqual([])
})

describe('a write that was running when supportmax ended', () => {
  const start = {
    type: 'call-started',
    id: 'w',
    number: 1,
    server: 's',
    tool: 'add',
    args: {},
    effect: 'write',
  }
  const wordsOf = (last: ReturnType<typeof entry>[], calls: ConversationContents['calls']) =>
    replayed({ entries: [asked('add it'), entry('call-started', start), ...last], calls })
      .reduce(reduce, firstView(customer))
      .finished.flatMap(one => (one.kind === 'call' ? [one.call.outcome?.text] : []))
  const call = (body: object, hasEnded: boolean, text = '') => [
    { number: 1, body, hasEnded, text: () => text },
  ]
  const cancelled = entry('cancelled', { type: 'cancelled' })

  it('is shown as one that may have run', () => {
    expect(wordsOf([], call({}, false))).toEqual([MAY_HAVE_RUN])
  })

  it('is shown with its end if that was written down', () => {
    const end = { kind: 'cancelled', took: 5 }
    expect(wordsOf([cancelled], call(end, true, 'cancelled'))).toEqual([''])
    expect(wordsOf([], call(end, true, `cancelled; ${MAY_HAVE_RUN}`))).toEqual([
      expect.stringContaining(MAY_HAVE_RUN),
    ])
  })
})
