import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { reduce } from '../../src/chat/view/reduce.ts'
import { type ChatCustomer, type ChatEvent, firstView, type View } from '../../src/chat/view/view.ts'
import { MAY_HAVE_RUN } from '../../src/toolset/toolset.ts'
import { WRITES } from '../helpers/effects.ts'

const north: ChatCustomer = { id: 'north', name: 'Nordwind', production: true, access: 'read-only' }
const south: ChatCustomer = { id: 'south', name: 'Süd AG', production: false, access: 'read-write' }

const agent = (event: AgentEvent, question = 1): ChatEvent => ({ type: 'agent', question, event })
const asked: ChatEvent = { type: 'asked', question: 1, text: 'which?' }
const started = agent({ type: 'call-started', id: 'c', server: 's', tool: 't', args: { a: 1, b: 'x y' } })
const answered = agent({
  type: 'call-ended',
  id: 'c',
  outcome: { kind: 'answered', text: 'big', took: 12, cutBytes: 0 },
})
const answer = agent({
  type: 'answer',
  text: 'x',
  turns: 2,
  spent: { usage: undefined, cost: { usd: 0.0123, unknown: 0 } },
  platform: 'openai',
  model: 'gpt',
  rule: 'first in order',
  crossCheck: undefined,
})

const made = (...events: ChatEvent[]): View => events.reduce(reduce, firstView(north))
const shown = (view: View) =>
  view.finished.map(item => {
    if (item.kind === 'call') return `call ${item.call.tool} ${item.call.args} ${item.call.outcome?.kind}`
    if (item.kind === 'customer') return `customer ${item.customer.id}`
    if (item.kind === 'link') return `link ${item.address}`
    if (item.kind === 'chart') return `chart of call ${item.chart.call}`
    const hint = item.kind === 'note' && item.hint ? ` > ${item.hint}` : ''
    return `${item.kind} ${item.text}${hint}`
  })

describe('the view', () => {
  it('of one question has text, a call and the answer', () => {
    const text = (words: string) => agent({ type: 'text', text: words })
    const view = made(asked, text('Let me look.'), started, answered, text('It is '), text('fine.'), answer)
    expect(shown(view)).toEqual([
      'customer north',
      'question which?',
      'text Let me look.',
      'call t a=1 b=x y answered',
      'text It is fine.',
      'note openai · gpt · 2 turns · $0.0123',
    ])
    expect(view).toMatchObject({ asking: undefined, text: '', calls: [] })
  })

  it('has no footer under an answer of the demo model, which says what it is', () => {
    const demo = { type: 'answer', text: 'x', turns: 1, platform: 'demo', model: 'rules' }
    expect(shown(made(asked, agent(demo as AgentEvent))).at(-1)).toBe('question which?')
  })

  it('says of a write that was allowed and then cut off that it may have run, and of no other call', () => {
    const call = (id: string, args: unknown) =>
      agent({ type: 'call-started', id, server: 's', tool: 'write', args, effect: 'write' })
    const dialog = (id: number, args: unknown): ChatEvent => ({
      type: 'dialog',
      dialog: {
        kind: 'call' as const,
        id,
        customer: 'north',
        server: 's',
        tool: 'write',
        args,
        effect: WRITES,
        foreseen: [],
        ready: true,
      },
    })
    const calls = [
      started,
      call('w1', { n: 1 }),
      call('w2', { n: 2 }),
      dialog(1, { n: 1 }),
      dialog(2, { n: 2 }),
    ]
    const allowed: ChatEvent = { type: 'dialog-closed', id: 2, allowed: true }
    const wordsOf = (...last: ChatEvent[]) =>
      made(asked, ...calls, ...last).finished.flatMap(item =>
        item.kind === 'call' ? [`${item.call.args}: ${item.call.outcome?.text}`] : [],
      )
    const words = ['a=1 b=x y: ', 'n=1: ', 'n=2: unknown whether it ran: check before you call it again']
    expect(wordsOf(allowed, agent({ type: 'cancelled' }))).toEqual(words)
    expect(wordsOf(allowed, { type: 'switching', customer: south })).toEqual(words)
    const denied: ChatEvent = { type: 'dialog-closed', id: 2, allowed: false }
    expect(wordsOf(denied, agent({ type: 'cancelled' })).at(-1)).toBe('n=2: ')
  })

  it('says of a write that was cut off that it may have run, also where nobody was asked about it', () => {
    const call = (id: string, effect: 'read' | 'write' | 'destructive') =>
      agent({ type: 'call-started', id, server: 's', tool: id, args: {}, effect })
    const view = made(asked, call('look', 'read'), call('add', 'write'), call('drop', 'destructive'))
    const last = reduce(view, agent({ type: 'cancelled' }))
    expect(last.finished.flatMap(one => (one.kind === 'call' ? [one.call.outcome?.text] : []))).toEqual([
      '',
      MAY_HAVE_RUN,
      MAY_HAVE_RUN,
    ])
  })

  it('says below a call that failed what to do in the chat', () => {
    const text = 's__list is unavailable (stopped): ended; to fix it, run `supportmax up north`'
    const outcome = { kind: 'failed' as const, text, took: 3, cutBytes: 0 }
    const call = agent({ type: 'call-started', id: 'c9', server: 's', tool: 'list', args: {} })
    const view = made(asked, call, agent({ type: 'call-ended', id: 'c9', outcome }))
    expect(view.finished.at(-1)).toMatchObject({
      call: {
        outcome: { text: 's__list is unavailable (stopped): ended; to fix it, run `/up`' },
      },
    })
  })

  it('finishes whole blocks while they stream, and never half a code block', () => {
    const view = made(asked, agent({ type: 'text', text: 'One.\n\nTwo.\n\n```\na\n\nb\n' }))
    expect(shown(view).slice(2)).toEqual(['text One.\n\nTwo.'])
    expect(view.text).toContain('a\n\nb')
  })

  it('drops late events of a question that is over', () => {
    const late = agent({ type: 'text', text: 'of the customer before' })
    const view = made(asked, { type: 'switching', customer: south }, late, answer)
    expect(shown(view).join()).not.toContain('before')
    expect(view).toMatchObject({ customer: south, phase: 'connecting', text: '' })
  })

  it('finishes streamed text under its own customer before a switch', () => {
    const view = made(asked, agent({ type: 'text', text: 'half' }), started, {
      type: 'switching',
      customer: south,
    })
    expect(shown(view).slice(2)).toEqual([
      'text half',
      'call t a=1 b=x y cancelled',
      'note cancelled: you switched to another customer',
      'customer south',
    ])
  })

  it('says which servers are unavailable, why, and what to do in the chat', () => {
    const missing = [
      { server: 'am', state: 'crash_loop', reason: 'exit code 137', hint: 'run `supportmax up north`' },
      { server: 'g', state: 'unhealthy', reason: 'a web page', hint: '' },
    ]
    const toolset = { servers: 3, tools: 3, withheld: 2, missing }
    const view = made({ type: 'published', customer: 'north', toolset })
    expect(shown(view).slice(1)).toEqual([
      'note 3 tools, 2 withheld',
      'note am is unavailable (crash loop): exit code 137 > run `/up`',
      'note g is unavailable (unhealthy): a web page',
    ])
  })

  it('ignores the toolset of another customer', () => {
    const view = made({
      type: 'published',
      customer: 'south',
      toolset: { servers: 1, tools: 3, withheld: 0, missing: [] },
    })
    expect(view).toMatchObject({ phase: 'connecting', tools: 0 })
  })

  it('returns to the old customer when a switch fails', () => {
    const failed: ChatEvent = {
      type: 'switch-failed',
      customer: 'south',
      reason: 'no',
      hint: undefined,
      back: north,
    }
    const view = made({ type: 'switching', customer: south }, failed)
    expect(view).toMatchObject({ customer: north, phase: 'ready' })
  })

  it('shows nothing that could move the cursor or change colours', () => {
    const nasty = '\u001b[2J\u001b]0;title\u0007red\u001b[31m\u202ereversed\u0008'
    const view = made(
      asked,
      agent({ type: 'text', text: nasty }),
      agent({ type: 'failed', reason: nasty, hint: undefined, code: 'failed' }),
    )
    expect(shown(view).slice(2)).toEqual(['text redreversed', 'note redreversed'])
  })

  it('counts the seconds of a running call, but not those until its approval', () => {
    const second: ChatEvent = { type: 'second', question: 1 }
    const other = agent({ type: 'call-started', id: 'd', server: 's', tool: 'u', args: {} })
    const dialog = {
      kind: 'call' as const,
      id: 1,
      customer: 'north',
      server: 's',
      tool: 't',
      args: {},
      effect: WRITES,
      foreseen: [],
      ready: false,
    }
    const seconds = (...events: ChatEvent[]) => made(asked, ...events).calls.map(one => one.seconds)
    expect(seconds(started)).toEqual([0])
    expect(seconds(started, second, other, second, second)).toEqual([3, 2])
    expect(seconds(started, other, { type: 'dialog', dialog }, second, second)).toEqual([0, 2])
    expect(seconds(started, { type: 'second', question: 7 })).toEqual([0])
    expect(made(asked, second, second).silent).toBe(2)
    expect(made(asked, second, second, started).silent).toBe(0)
    expect(made(asked, second, answered, started, answered, second).calls).toEqual([])
  })

  it('closes an open dialog with its question', () => {
    const dialog = {
      kind: 'call' as const,
      id: 1,
      customer: 'north',
      server: 's',
      tool: 't',
      args: {},
      effect: WRITES,
      foreseen: [],
      ready: false,
    }
    expect(made(asked, { type: 'dialog', dialog }).dialogs).toHaveLength(1)
    expect(made(asked, { type: 'dialog', dialog }, agent({ type: 'cancelled' })).dialogs).toEqual([])
  })
})

it('the live chat hides what headless hides, in finished and in streaming text, and in arguments', () => {
  hideSecret('cnry-live-chat-77')
  const text = (words: string) => agent({ type: 'text', text: words })
  const call = agent({
    type: 'call-started',
    id: 'k',
    server: 's',
    tool: 't',
    args: { key: 'cnry-live-chat-77' },
  })
  const view = made(
    asked,
    text('it is cnry-live'),
    text('-chat-77\n\nand cnry-live-chat'),
    text('-77'),
    call,
    answered,
    answer,
  )
  expect(JSON.stringify(view.finished)).not.toMatch(/cnry|live-chat/)
  expect(JSON.stringify(view.calls)).not.toMatch(/cnry|live-chat/)
})
