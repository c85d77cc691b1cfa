import { describe, expect, it } from 'vitest'
import { momentOption } from '../../src/cli/options.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')

function moment(since: string): string | undefined {
  return momentOption({ since }, 'since', NOW)?.toISOString()
}

describe('--since', () => {
  it.each([
    ['90s', '2026-11-26T11:58:30.000Z'],
    ['15m', '2026-11-26T11:45:00.000Z'],
    ['2h', '2026-11-26T10:00:00.000Z'],
    ['3d', '2026-11-23T12:00:00.000Z'],
    ['2026-11-26T10:00Z', '2026-11-26T10:00:00.000Z'],
    ['2026-11-26 10:00:30+01:00', '2026-11-26T09:00:30.000Z'],
    ['2026-11-25', new Date('2026-11-25T00:00').toISOString()],
    ['2026-11-25T10:00', new Date('2026-11-25T10:00').toISOString()],
  ])('%s is %s', (text, at) => {
    expect(moment(text)).toBe(at)
  })

  it.each(['', '15', 'm', '15 m', '-5m', '1.5h', '15min', 'yesterday', '2026-13-01', '99999999999999d'])(
    'refuses "%s" and shows the form',
    text => {
      expect(() => moment(text)).toThrow(
        `--since: must be like 90s, 15m, 2h, 3d or 2026-11-26T10:00, not "${text}"`,
      )
    },
  )

  it('refuses a moment in the future, where no line can be', () => {
    expect(() => moment('2026-11-26T13:00Z')).toThrow('--since: 2026-11-26T13:00Z is in the future')
  })

  it('is nothing without the option', () => {
    expect(momentOption({}, 'since', NOW)).toBeUndefined()
  })
})
