import { describe, expect, it } from 'vitest'
import { streamOf } from '../../src/platforms/adapter.ts'
import { PlatformFault, type Usage } from '../../src/platforms/platform.ts'
import { soundUsage } from '../../src/platforms/usage.ts'
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
    expect(soundUsage(SOUND)).toEqual(SOUND)
    expect(soundUsage({ ...SOUND, inputTokens: 1e9 })).toMatchObject({ inputTokens: 1e9 })
  })

  it('are unknown if nothing was read: no request is empty', () => {
    expect(
      soundUsage({ inputTokens: 0, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0 }),
    ).toBeUndefined()
  })

  it.each(NONSENSE)('are unknown if %s is %j', (name, value) => {
    expect(soundUsage({ ...SOUND, [name]: value })).toBeUndefined()
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
