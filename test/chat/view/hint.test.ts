import { describe, expect, it } from 'vitest'
import { commandName } from '../../../src/base/package-root.ts'
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

  it('keeps commands that the chat does not have, as they are typed in a terminal', () => {
    expect(inChat('run `supportmax logs acme`')).toBe(`run \`${commandName()} logs acme\``)
    expect(inChat('run `supportmax transcript erase --customer acme`')).toBe(
      `run \`${commandName()} transcript erase --customer acme\``,
    )
    expect(inChat('run `supportmax up --pull acme`')).toBe(`run \`${commandName()} up --pull acme\``)
  })
})
