import { describe, expect, it } from 'vitest'
import { reroutedText } from '../../src/agent/event-text.ts'
import type { PlatformChoice } from '../../src/app.ts'
import { SupportError } from '../../src/base/errors.ts'
import type { ChatContext, SlashCommand } from '../../src/chat/commands/command.ts'
import type { PlatformWork } from '../../src/chat/commands/platforms/choice.ts'
import { costTable } from '../../src/chat/commands/platforms/cost.ts'
import { model } from '../../src/chat/commands/platforms/model.ts'
import { platform } from '../../src/chat/commands/platforms/platform.ts'

import { PlatformFault } from '../../src/platforms/platform.ts'
import { noPlatformWork } from '../helpers/platforms.ts'
import { callTools, say } from '../helpers/scripted-platform.ts'
import { aTurn } from '../helpers/turns.ts'
import { chat } from './open-chat.tsx'

function work(over: Partial<PlatformWork> = {}): PlatformWork {
  const route = (platform: string, model: string) => ({
    platform,
    model,
    breaker: { state: 'closed' as const },
  })
  const choices = new Map<string, PlatformChoice>()
  return {
    ...noPlatformWork(),
    choiceOf: id => choices.get(id) ?? {},
    choose: (id, choice) => void choices.set(id, choice),
    routes: () => [route('openai', 'big'), route('openai', 'small'), route('inhouse', 'mid')],
    ...over,
  }
}

const NEVER = new AbortController().signal

/** What `/platform NAME` or `/model NAME` says for this customer. */
function answerTo(platforms: PlatformWork, id: string, word: 'platform' | 'model', name: string): string {
  let noted = ''
  const note = (text: string) => {
    noted = text
  }
  const command: SlashCommand = word === 'platform' ? platform : model
  command.run({ note, platforms, customer: () => ({ id }) } as unknown as ChatContext, name, NEVER)
  return noted
}

describe('/platform and /model', () => {
  it("show this customer's requests and no one else's", () => {
    const turnsToday = (id: string) => (id === 'acme' ? [aTurn({ model: 'big', costUsd: 0.5 })] : [])
    expect(answerTo(work({ turnsToday }), 'acme', 'platform', '')).toMatch(
      /^openai +big +\$0\.5000 +available$/m,
    )
    expect(answerTo(work({ turnsToday }), 'bolt', 'platform', '')).not.toContain('$')
  })

  it('says which one is in use where no platform has a key', () => {
    const choiceOf = () => ({ platform: 'demo' })
    const routes = () => {
      throw new SupportError('no-platform', 'no model platform is ready: no key is set')
    }
    expect(answerTo(work({ routes, choiceOf }), 'acme', 'platform', '')).toBe(
      'using demo; nothing else can be chosen, because no model platform is ready: no key is set',
    )
    expect(() => answerTo(work({ routes }), 'acme', 'platform', '')).toThrow('no key is set')
  })

  it('list what this customer may use, with its state', () => {
    const breaker = { state: 'half-open' as const, kind: 'auth' as const, reason: '' }
    const routes = () =>
      work()
        .routes('acme')
        .map(one => ({ ...one, breaker }))
    expect(answerTo(work({ routes }), 'acme', 'platform', '')).toBe(
      'the platform is picked automatically for each question; choices:\n' +
        'PLATFORM  MODEL  COST TODAY  STATE\n' +
        'openai    big    -           failing\n' +
        'openai    small  -           failing\n' +
        'inhouse   mid    -           failing\n' +
        'openai: the last request failed (auth)\n' +
        'inhouse: the last request failed (auth)',
    )
  })

  it('call nothing available whose last request failed, even before it is paused', () => {
    const breaker = { state: 'closed' as const, failing: 'network' as const }
    const routes = () => [
      { platform: 'openai', model: 'meta-llama/llama-3.3-70b-instruct', breaker },
      { platform: 'openai', model: 'small', breaker: { state: 'closed' as const } },
    ]
    const said = answerTo(work({ routes }), 'acme', 'platform', '').split('\n').slice(1)
    expect(said).toEqual([
      'PLATFORM  MODEL                              COST TODAY  STATE',
      'openai    meta-llama/llama-3.3-70b-instruct  -           failing',
      'openai    small                              -           available',
      'openai/meta-llama/llama-3.3-70b-instruct: the last request failed (network error)',
    ])
  })

  it('hold for this customer from the next question on, until auto', () => {
    const one = work()
    expect(answerTo(one, 'acme', 'platform', 'inhouse')).toContain('using inhouse from the next question on')
    expect([one.choiceOf('acme'), one.choiceOf('bolt')]).toEqual([{ platform: 'inhouse' }, {}])
    answerTo(one, 'acme', 'model', 'small')
    expect(one.choiceOf('acme')).toEqual({ platform: 'openai', model: 'small' })
    answerTo(one, 'acme', 'model', 'new-one')
    expect(one.choiceOf('acme')).toEqual({ platform: 'openai', model: 'new-one' })
    answerTo(one, 'acme', 'model', 'auto')
    expect(one.choiceOf('acme')).toEqual({})
  })

  it('end the pause of the platform that is chosen, and say so', () => {
    const ended: string[] = []
    const endPause = (name: string) => ended.push(name) > 0
    expect(answerTo(work({ endPause }), 'acme', 'platform', 'inhouse')).toBe(
      'ended the pause of inhouse; using inhouse from the next question on; undo with "/platform auto"',
    )
    answerTo(work({ endPause }), 'acme', 'platform', 'auto')
    expect(ended).toEqual(['inhouse'])
  })

  it('change nothing when the customer may not use it', () => {
    const check = (_id: string, { platform }: PlatformChoice) => {
      if (platform === 'openai') throw new SupportError('refused', 'openai may not')
    }
    const one = work({ check })
    one.choose('acme', { platform: 'inhouse' })
    expect(() => answerTo(one, 'acme', 'platform', 'openai')).toThrow('openai may not')
    expect(one.choiceOf('acme')).toEqual({ platform: 'inhouse' })
  })
})

it('/cost shows this conversation, this customer, each platform, and what is unknown', () => {
  const usage = { inputTokens: 900, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 }
  const turns = [
    aTurn({ conversation: 'c1', costUsd: 0.5, usage }),
    aTurn({ conversation: 'c2', costUsd: 0.25, usage }),
    aTurn({ conversation: 'c1', platform: 'inhouse', usage }),
  ]
  expect(costTable(turns, 'c1')).toBe(
    [
      '                                    COST  REQUESTS  TOKENS',
      'this conversation    $0.5000 + 1 unknown         2   2,000',
      'this customer today  $0.7500 + 1 unknown         3   3,000',
      '  openai                         $0.7500         2   2,000',
      '  inhouse                   cost unknown         1   1,000',
    ].join('\n'),
  )
})

it('/cost shows tokens that nobody counted as unknown, and none without requests', () => {
  expect(costTable([aTurn({ conversation: 'c1', platform: 'inhouse' })], 'c2')).toBe(
    [
      '                             COST  REQUESTS  TOKENS',
      'this conversation              $0         0       0',
      'this customer today  cost unknown         1       -',
      '  inhouse            cost unknown         1       -',
    ].join('\n'),
  )
})

describe('on the screen', () => {
  it('a change of platform is one line, and the partial answer is gone', async () => {
    const { type, sees, frame } = chat(async function* () {
      yield { type: 'text', text: 'half an ans' }
      yield {
        type: 'rerouted',
        from: 'openai',
        to: 'anthropic',
        kind: 'overloaded',
        reason: '503 busy',
        discarded: true,
        detectMs: 900,
        switchMs: 7.4,
        wastedUsd: 0,
      }
      yield* say('All is well.')
    })
    await sees('1 tool')
    await type('How is it?')
    await sees('All is well.')
    expect(frame()).toContain('openai: 503 busy; partial answer discarded; asking anthropic instead (7 ms)')
    expect(frame()).not.toContain('half an ans\n')
  })

  it('reasoning that turns out to be no answer is discarded', async () => {
    const { type, sees, frame } = chat(async function* () {
      yield { type: 'text', text: 'The user wants to know' }
      yield { type: 'retracted' }
      yield* say('All is well.')
    })
    await sees('1 tool')
    await type('How is it?')
    await sees('All is well.')
    expect(frame()).toContain("that was the model's reasoning, not its answer")
    expect(frame()).not.toContain('The user wants to know')
  })

  it('a change of platform has no time while the next one is still connecting', () => {
    const change = {
      from: 'openai',
      to: 'anthropic',
      kind: 'server',
      reason: '500',
      discarded: false,
    } as const
    const text = reroutedText({
      type: 'rerouted',
      ...change,
      detectMs: 9,
      switchMs: undefined,
      wastedUsd: 0,
    })
    expect(text).toBe('openai: 500; asking anthropic instead')
  })

  it('a second try is one line with its seconds, and the partial answer is gone', async () => {
    const { type, sees, frame } = chat(async function* () {
      yield { type: 'text', text: 'half an ans' }
      yield {
        type: 'rerouted',
        from: 'openai',
        to: 'openai',
        kind: 'server',
        reason: '500 The server had an error.',
        discarded: true,
        detectMs: 900,
        switchMs: undefined,
        waitMs: 1_200,
        wastedUsd: 0,
      }
      yield* say('All is well.')
    })
    await sees('1 tool')
    await type('How is it?')
    await sees('All is well.')
    expect(frame()).toContain(
      'openai: 500 The server had an error; partial answer discarded; asking again in 1 s',
    )
    expect(frame()).not.toContain('half an ans\n')
  })

  it('/retry asks the question that failed again, which the message suggests, and no other', async () => {
    let isDown = true
    const { type, sees, platform } = chat(request => {
      const last = request.messages.at(-1)
      if (last?.role !== 'tool') return callTools(['find_tools', { query: 'alerts' }])
      if (isDown) throw new PlatformFault('openai', 'server', '500')
      return say('All is well.')
    })
    await sees('1 tool')
    await type('/retry')
    await sees('nothing to retry')
    await type('How is it?')
    await sees('run `/retry` to continue from the tool results')
    isDown = false
    await type('/retry')
    await sees('All is well.')
    expect(platform.requests.at(-1)?.messages.map(one => one.role)).toEqual(['user', 'assistant', 'tool'])
    expect(platform.requests).toHaveLength(3)
  })

  it('/retry never takes a question to another customer', async () => {
    const { type, sees, platform } = chat(() => {
      throw new PlatformFault('openai', 'server', '500')
    })
    await sees('1 tool')
    await type('How is it?')
    await sees('run `/retry`')
    await type('/customer south')
    await type('/retry')
    await sees('nothing to retry')
    expect(platform.requests).toHaveLength(1)
  })

  it('/critical asks the question as a critical one, and shows it as it was typed', async () => {
    const asked: boolean[] = []
    const platformsFor = async ({ isCritical }: { isCritical: boolean }) => {
      asked.push(isCritical)
      return {
        platform: {
          name: 'p',
          model: 'm',
          stream: async function* () {
            yield* say('fine')
          },
        },
      }
    }
    const { type, sees } = chat(() => say('unused'), { platformsFor })
    await sees('1 tool')
    await type('/critical Is it safe?')
    await sees('fine')
    await sees('› /critical Is it safe?')
    expect(asked).toEqual([true])
  })
})
