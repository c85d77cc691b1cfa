import { describe, expect, it } from 'vitest'
import { streamOf } from '../../src/platforms/adapter.ts'
import { PlatformFault, type Usage } from '../../src/platforms/platform.ts'
import { billedOutput, soundUsage } from '../../src/platforms/usage.ts'
import { asking } from './vendors.ts'

const SOUND: Usage = { inputTokens: 900, outputTokens: 70, cacheReadTokens: 600, cacheWriteTokens: 300 }
const NONSENSE: [keyof Usage, unknown][] = [
  ['inputTokens', 1e308],
  ['inputTokens', Number.POSITIVE_INFINITY],
  ['inputTokens', 1_000_000_001],
  ['inputTokens', '900'],
  ['inputTokens', null],
  ['inputTokens', undefined],
  ['outputTokens', -5],
  ['outputTokens', Number.NaN],
  ['outputTokens', 0.5],
  ['cacheReadTokens', '0600'],
  ['cacheReadTokens', 601],
  ['cacheWriteTokens', -300],
]

describe('the token counts of a server', () => {
  it('are accepted unchanged if they are possible', () => {
    expect(soundUsage(SOUND, true)).toEqual(SOUND)
    expect(soundUsage({ ...SOUND, inputTokens: 1e9 }, true)).toMatchObject({ inputTokens: 1e9 })
  })

  it('are unknown if nothing was read: no request is empty', () => {
    const nothing = { inputTokens: 0, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0 }
    expect(soundUsage(nothing, true)).toBeUndefined()
  })

  it('are unknown if an answer has no token, which is possible only without an answer', () => {
    const silent = { ...SOUND, outputTokens: 0 }
    expect(soundUsage(silent, true)).toBeUndefined()
    expect(soundUsage(silent, false)).toEqual(silent)
  })

  it.each([
    ['OpenAI: reasoning is part of the answer', 100, 50, 150, 50],
    ['no total', 100, 50, undefined, 50],
    ['a total of 0', 100, 50, 0, 50],
    ['xAI: 89 tokens of reasoning on top of the answer', 279, 6, 374, 95],
    ['Gemini behind a gateway: only reasoning', 21, 0, 81, 60],
    ['a total that is less than its parts', 100, 50, 120, Number.NaN],
  ])('bill what the total says: %s', (_, input, output, total, billed) => {
    expect(billedOutput(input, output, total)).toBe(billed)
    const usage = { inputTokens: input, outputTokens: billed, cacheReadTokens: 0, cacheWriteTokens: 0 }
    expect(soundUsage(usage, true)).toEqual(Number.isNaN(billed) ? undefined : usage)
  })

  it.each(NONSENSE)('are unknown if %s is %j', (name, value) => {
    expect(soundUsage({ ...SOUND, [name]: value }, false)).toBeUndefined()
  })

  it('are unknown in an answer, and do not replace valid counts that arrived earlier', async () => {
    const nonsense = { ...SOUND, outputTokens: -5 }
    const stream = (isBroken: boolean) =>
      streamOf({
        name: 'odd',
        timeouts: { first: 1_000, idle: 1_000, turn: 1_000 },
        faultOf: error => error as PlatformFault,
        async *events(_request, _signal, count) {
          count(SOUND)
          count(nonsense)
          if (isBroken) throw new PlatformFault('odd', 'server', 'broke')
          yield { type: 'finish', reason: 'stop', usage: nonsense }
        },
      })(asking(), new AbortController().signal)[Symbol.asyncIterator]()
    expect((await stream(false).next()).value).toEqual({ type: 'finish', reason: 'stop', usage: undefined })
    await expect(stream(true).next()).rejects.toMatchObject({ usage: SOUND })
  })
})
