import { describe, expect, it } from 'vitest'
import { openBook } from '../../../src/agent/evidence/book.ts'
import { checkAnswer } from '../../../src/agent/evidence/check.ts'
import { citationsIn, withUnknownStruck } from '../../../src/agent/evidence/citations.ts'

describe('citations', () => {
  it.each<[string, number[][]]>([
    ['Two alerts fire [1].', [[1]]],
    ['Both agree [1, 2] and [3][4].', [[1, 2], [3], [4]]],
    ['See [1](https://example.com) and a[x].', []],
    ['`list[0]` and\n```\nrow[1] = x[2]\n```\nbut [3].', [[3]]],
    ['~~~\n[1]\n~~~', []],
    ['An open fence:\n```\n[1]', []],
    ['Half of ~~~ or ``` is no fence [1].', [[1]]],
    ['[12345] is no citation, [0] is one of nothing.', [[0]]],
  ])('in %j are %j', (text, numbers) => {
    expect(citationsIn(text).map(one => one.numbers)).toEqual(numbers)
  })

  it('of what there never was are struck out and marked, the others stay', () => {
    const text = 'It is down [1]. Since noon [7]. Both [2, 9], but `x[8]`.'
    expect(withUnknownStruck(text, one => one === 1 || one === 2)).toBe(
      'It is down [1]. Since noon ~~[7]~~ (no such result). Both [2] ~~[9]~~ (no such result), but `x[8]`.',
    )
    expect(withUnknownStruck('[0]', one => one > 0)).toBe('~~[0]~~ (no such result)')
  })
})

/** What of an answer is not in the only result, which it cites. */
function unshown(answer: string, result: unknown, question = 'What is wrong?'): string[] {
  const book = openBook()
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  book.end(book.begin({ server: 's', tool: 't', args: { limit: 20 }, isWrite: false }), {
    kind: 'answered',
    text,
    took: 1,
    cutBytes: 0,
  })
  return checkAnswer(`${answer} [1]`, question, book).unshown
}

const alerts = [
  { name: 'DiskFull', severity: 'critical', used: 0.9734, bytes: 91_268_055_040, waiting: 10 },
  { name: 'HighLatency', severity: 'warning', seconds: 1.532, waiting: 5 },
  { name: 'HighLatency', severity: 'warning', seconds: 2.1, waiting: 0 },
]

describe('numbers of an answer that a cited result shows', () => {
  it.each([
    ['The disk is 97.3 % full.'],
    ['The disk is 97% full.'],
    ['It holds 85 GiB, or 91.3 GB.'],
    ['p99 is 1.53 s, that is 1532 ms.'],
    ['3 alerts: 1 critical and 2 warnings.'],
    ['15 calls wait in all.'],
    ['p99 is 1,53 s.'],
    ['Two servers, and 1. is a heading:\n1. first\n2) second'],
    ['host web-07 with v2.41.9 at 10.0.0.17:9100 runs since 2026-11-27T14:03Z'],
  ])('are not doubted: %s', answer => {
    expect(unshown(answer, alerts)).toEqual([])
  })

  it('may be written with separators of either kind', () => {
    for (const written of ['12,345,678', '12.345.678', "12'345'678", '12 345 678', '12345678'])
      expect(unshown(`It made ${written} requests.`, { requests: 12_345_678 })).toEqual([])
    expect(unshown('It is 1,234.5 and 1.234,5.', { value: 1234.5 })).toEqual([])
    expect(unshown('Minus is −4.', { value: -4 })).toEqual([])
  })

  it('may be a list without blanks, of ports', () => {
    expect(unshown('It listens on 9093,9094.', 'tcp *:9093, tcp *:9094')).toEqual([])
    expect(unshown('It listens on 9093,9095.', 'tcp *:9093, tcp *:9094')).toEqual(['9093,9095'])
    expect(unshown('It is 12,34.', { low: 12.34 })).toEqual([])
  })

  it('may be a zero where a result says that there is none, or has none', () => {
    expect(unshown('0 alerts.', 'No alerts firing.')).toEqual([])
    expect(unshown('0 criticals, 0 silences.', { by_severity: { warning: 2 } })).toEqual([])
    expect(unshown('There are 0 warnings.', { by_severity: { warning: 2 } })).toEqual(['0'])
    expect(unshown('0 % of it.', { rate: 7 })).toEqual(['0 %'])
  })

  it('is no zero of all results where only one of them says so', () => {
    const book = openBook()
    const call = { server: 'am', tool: 'list', args: {}, isWrite: false }
    for (const text of ['No warnings.', '2 warnings'])
      book.end(book.begin(call), { kind: 'answered', text, took: 1, cutBytes: 0 })
    expect(checkAnswer('There are 0 warnings [1].', '', book).unshown).toEqual([])
    expect(checkAnswer('There are 0 warnings [1, 2].', '', book).unshown).toEqual(['0'])
  })

  it('may come from the question and from the arguments of the call', () => {
    expect(
      unshown('In the last 17 minutes nothing; I looked at 20.', [], 'And the last 17 minutes?'),
    ).toEqual([])
  })

  it('are counted in lines of text, too', () => {
    expect(unshown('4 lines were logged.', 'a\nb\n\nc\nd\n')).toEqual([])
  })
})

describe('numbers of an answer that no cited result shows', () => {
  it.each<[string, string[]]>([
    ['The disk is 98.4 % full.', ['98.4 %']],
    ['p99 is 1.6 s.', ['1.6']],
    ['There are 42 alerts, and 42 again.', ['42']],
    ['It made 12,345 requests.', ['12,345']],
    ['It lost 4711 packets in 3 alerts.', ['4711']],
  ])('are named: %s', (answer, numbers) => {
    expect(unshown(answer, alerts)).toEqual(numbers)
  })

  it('are named even if another result shows them', () => {
    const book = openBook()
    for (const text of ['41', '42'])
      book.end(book.begin({ server: 's', tool: 't', args: {}, isWrite: false }), {
        kind: 'answered',
        text,
        took: 1,
        cutBytes: 0,
      })
    expect(checkAnswer('There are 42 [1].', 'How many?', book)).toEqual({ unknown: [], unshown: ['42'] })
    expect(checkAnswer('There are 42 [2].', 'How many?', book)).toEqual({ unknown: [], unshown: [] })
    expect(checkAnswer('There are 42 [2, 3].', 'How many?', book)).toEqual({ unknown: [3], unshown: [] })
    expect(checkAnswer('There are 42.', 'How many?', book).unshown).toEqual(['42'])
  })
})

describe('an answer is checked', () => {
  it.each([
    'Am 27.11.2026 um 14 Uhr: 3 Alarme, 97,3 Prozent.',
    'On Nov 27, 2026 at 2 pm (UTC+1): the 95th of 5xx at 10.0.0.17 with 1.2.3.',
    'El 8 de noviembre de 2026: 3 alertas.',
    'Am 27.11. um 14:03, vom 3.1. bis 5. 2., und 27.11., 14:10: 3 Alarme.',
    'Le 27 novembre 2026 à 14h30 : 3 alertes.',
    '11月27日14時03分、アラートは3件。',
  ])('without doubting dates, times and addresses: %s', answer => {
    expect(unshown(answer, alerts)).toEqual([])
  })

  it('in Japanese, too', () => {
    expect(unshown('アラートは42件です。', alerts)).toEqual(['42'])
  })

  it('against a long list', () => {
    const list = Array.from({ length: 300_000 }, (_, i) => i)
    expect(unshown('There are 300,000 and 300,001.', list)).toEqual(['300,001'])
  })

  it('although a result is not kept any more', () => {
    const gone = {
      text: () => {
        throw new Error('gone')
      },
      args: {},
    } as never
    expect(checkAnswer('It is 42 [1].', '', { find: n => (n === 1 ? gone : undefined) })).toEqual({
      unknown: [],
      unshown: [],
    })
  })
})
