import { describe, expect, it } from 'vitest'
import { byTime } from '../../src/mcps/alertmanager/describe.ts'
import { severityRank, unknownSeverities } from '../../src/mcps/alertmanager/severity.ts'

const sorted = (words: string[]) => words.sort((a, b) => severityRank(a) - severityRank(b))

describe('severities', () => {
  it('are ranked by a table, unknown ones between critical and warning', () => {
    expect(sorted(['warning', 'info', 'P3', 'emergency', 'P1', 'medium', 'critical'])).toEqual([
      'emergency',
      'P1',
      'critical',
      'warning',
      'P3',
      'medium',
      'info',
    ])
    expect(sorted(['none', 'low', 'minor', 'warning', 'zonk', 'error', 'critical', 'fatal'])).toEqual([
      'fatal',
      'critical',
      'error',
      'zonk',
      'warning',
      'minor',
      'low',
      'none',
    ])
  })

  it.each([
    ['emergency', ['EMERG', 'Fatal', 'page', 'blocker', 'Disaster', 'sev0', 'SEV-0', 'P0', 'panic']],
    [
      'critical',
      [
        'CRIT',
        ' Critical ',
        'P1',
        'p-1',
        'prio 1',
        'Priority1',
        'sev1',
        'Sev 1',
        'severity_1',
        'S1',
        'P1 - Critical',
        'critical/page',
      ],
    ],
    ['error', ['err', 'high', 'HIGH', 'Major', 'P2', 'sev2']],
    ['warning', ['warn', 'Medium', 'moderate', 'average', 'P3', 'sev3']],
    ['minor', ['P4', 'SEV4']],
    ['low', ['P5', 'sev5']],
    ['info', ['Information', 'informational', 'notice']],
    ['none', ['debug', 'OK', 'None']],
  ])('%s is also written in other ways', (word, others) => {
    for (const other of others) expect([other, severityRank(other)]).toEqual([other, severityRank(word)])
  })

  it('that are unknown are named, at most five of them', () => {
    expect(unknownSeverities(['critical', 'P1', 'none'])).toBe('')
    expect(unknownSeverities(['zonk', 'zonk', '3'])).toBe(
      ' Unknown severity, ranked between critical and warning: zonk, 3.',
    )
    expect(unknownSeverities(['u', 'v', 'w', 'x', 'y', 'z', 'ü'])).toBe(
      ' Unknown severity, ranked between critical and warning: u, v, w, x, y, 2 more.',
    )
    // Not a severity, though its digits are one.
    expect(unknownSeverities(['sev9', 'p10', '1', 'constructor'])).toContain('sev9, p10, 1, constructor')
  })
})

describe('times', () => {
  it('are compared as moments, whatever their time zone and precision', () => {
    const times = ['2026-11-25T10:00:00.000+05:30', '2026-11-25T08:00:00.000+01:00', '2026-11-25T09:00:00Z']
    expect([...times].reverse().sort(byTime)).toEqual(times)
    expect(byTime('2026-11-25T09:00:00Z', '2026-11-25T09:00:00.000000000Z')).toBe(0)
    expect(byTime('2026-11-25T23:59:59-05:00', '2026-11-26T04:59:59Z')).toBe(0)
    expect(['', '2026-11-25T09:00:00Z'].sort(byTime)[0]).toBe('2026-11-25T09:00:00Z')
  })
})
