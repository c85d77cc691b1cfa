import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../../src/agent/events.ts'
import { reduce } from '../../../src/chat/view/reduce.ts'
import { type ChatEvent, firstView } from '../../../src/chat/view/view.ts'
import { inChat } from '../../../src/chat/view/words/hint.ts'

describe('a hint for the command line, shown in the chat', () => {
  it.each([
    ['run `supportmax up acme`', 'run `/up`'],
    ['run `supportmax up acme grafana` to start it', 'run `/up` to start it'],
    ['run `supportmax status`', 'run `/status`'],
    ['run `supportmax tools list acme`', 'run `/tools`'],
    ['run `supportmax platforms` to see which answer', 'run `/platform` to see which answer'],
    ['--platform: no such platform "x"', '/platform: no such platform "x"'],
    ['wait a moment, or choose another --platform', 'wait a moment, or choose another /platform'],
  ])('%j names the slash command', (hint, words) => {
    expect(inChat(hint)).toBe(words)
  })

  it.each([
    'run `supportmax logs acme`',
    'run `supportmax transcript erase --customer acme`',
    'run `supportmax up --pull acme`',
  ])('%j stays, for another terminal', hint => {
    expect(inChat(hint)).toBe(hint)
  })
})

describe('a command for another terminal', () => {
  const acme = { id: 'acme', name: 'Acme', production: false, access: 'read-only' } as const
  const command = './bin/supportmax.js --config customers/mcp_servers.json'
  const lastOf = (...events: ChatEvent[]) => events.reduce(reduce, firstView(acme, command)).finished.at(-1)

  it('works as it is shown: with the configuration of this chat', () => {
    const hint = 'run `supportmax logs acme`, or `supportmax up acme`'
    expect(lastOf({ type: 'note', tone: 'bad', text: 'see `supportmax auth status`', hint })).toMatchObject({
      text: `see \`${command} auth status\``,
      hint: `run \`${command} logs acme\`, or \`/up\``,
    })
  })

  it('also in the words of a call that failed', () => {
    const text = 's is unavailable (unreachable); to fix it, run `supportmax logs acme s`'
    const events: AgentEvent[] = [
      { type: 'call-started', id: 'a', number: 1, server: 's', tool: 't', args: {} },
      { type: 'call-ended', id: 'a', outcome: { kind: 'failed', text, took: 1, cutBytes: 0 } },
    ]
    const shown = lastOf(
      { type: 'asked', question: 1, text: 'why?' },
      ...events.map((event): ChatEvent => ({ type: 'agent', question: 1, event })),
    )
    expect(JSON.stringify(shown)).toContain(`run \`${command} logs acme s\``)
  })

  it('stays as it is in what the person asked to see', () => {
    const text = 'the runbook says `supportmax up acme`'
    expect(lastOf({ type: 'note', tone: 'info', text })).toMatchObject({ text })
  })
})
