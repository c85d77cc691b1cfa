import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LOCAL } from '../../../src/access/principal.ts'
import { hideSecret } from '../../../src/base/redact.ts'
import { erasePerson, peopleIn } from '../../../src/store/audit/people.ts'
import { verifyAudit } from '../../../src/store/audit/verify.ts'
import { rulesOf } from '../../helpers/rules.ts'
import { CALL, faultsIn, holdFirstChain, linesOf, NOVEMBER, newTrail, readCalls, recorded } from './helper.ts'

const recordsIn = (folder: string, file?: string) => linesOf(folder, file).map(line => JSON.parse(line))

describe('an audit record', () => {
  it('has a line for a read, and two for a write, each with the hash of the line before it', () => {
    const { folder, trail } = newTrail()
    expect(existsSync(folder)).toBe(false)
    const [rule] = rulesOf({ action: 'allow' })
    const write = { ...CALL, tool: 'put_page', decision: { kind: 'allow' as const, rule, because: '' } }
    trail.ended(CALL, { outcome: 'answered', took: 1.27, bytes: 30 })
    expect(trail.started(write)).toEqual({ number: 3 })
    trail.ended(write, { outcome: 'answered', took: 2, bytes: 7 }, 3)
    trail.close()
    const [file, call, start, end] = recordsIn(folder)
    const at = '2026-11-26T12:00:00.000Z'
    expect(file).toEqual({ n: 1, at, what: 'file', format: 1, prev: '' })
    expect(call).toEqual({
      n: 2,
      at,
      what: 'call',
      who: expect.stringMatching(/^[\w-]{22}$/),
      role: 'read-write',
      customer: 'acme',
      server: 'wiki',
      tool: 'get_page',
      decision: 'allow',
      rule: null,
      sent: 16,
      outcome: 'answered',
      ms: 1.3,
      got: 30,
      prev: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(start).toMatchObject({ n: 3, what: 'start', tool: 'put_page', rule: 1 })
    expect(end).toMatchObject({ n: 4, what: 'end', start: 3, outcome: 'answered', got: 7 })
    expect(faultsIn(folder)).toEqual([])
  })

  it('is written when the answer has gone, and before a later write, the end, or a look at what was lost', async () => {
    const { folder, trail } = newTrail()
    const isWritten = [() => recorded(), () => trail.started(CALL), () => trail.lost(), () => trail.close()]
    for (const [at, make] of isWritten.entries()) {
      trail.ended({ ...CALL, tool: `read_${at}` }, { outcome: 'answered', took: 1, bytes: 1 })
      if (at === 0) expect(existsSync(folder)).toBe(false)
      await make()
      const reads = recordsIn(folder).filter(one => one.what === 'call')
      expect(reads.map(one => one.tool)).toEqual([0, 1, 2, 3].slice(0, at + 1).map(one => `read_${one}`))
    }
    expect(faultsIn(folder)).toEqual([])
  })

  it('is readable by its owner alone', () => {
    const { folder, trail } = newTrail()
    readCalls(trail, 1)
    trail.close()
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const mode = statSync(join(folder, name)).mode & 0o077
      expect([name, mode]).toEqual([name, 0])
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('has no values of arguments unless they are wanted, and never a secret', async () => {
    hideSecret('s3cret-of-the-audit')
    hideSecret('s3"cret')
    const call = {
      ...CALL,
      args: { title: 'Home', token: 's3cret-of-the-audit', json: '{"key":"s3\\"cret"}' },
      tool: 's3cret-of-the-audit',
    }
    const without = newTrail()
    without.trail.ended(call, { outcome: 'unknown_tool', took: 0, bytes: 0 })
    await recorded()
    expect(linesOf(without.folder).join()).not.toContain('Home')
    const { folder, trail } = newTrail({ withArguments: true })
    trail.ended(call, { outcome: 'unknown_tool', took: 0, bytes: 0 })
    await recorded()
    expect(recordsIn(folder)[1]).toMatchObject({
      args: '{"title":"Home","token":"‹hidden›","json":"{\\"key\\":\\"‹hidden›\\"}"}',
      tool: '‹hidden›',
    })
    expect(linesOf(folder).join()).not.toContain('s3cret')
  })

  it('goes on in a new file each month, in the same chain', async () => {
    let now = NOVEMBER
    const { folder, trail } = newTrail({ now: () => now })
    readCalls(trail, 2)
    await recorded()
    now = Date.parse('2026-12-01T00:00:00Z')
    readCalls(trail, 2)
    await recorded()
    now = NOVEMBER
    readCalls(trail, 1)
    trail.close()
    expect(recordsIn(folder, '1-2026-12.jsonl').map(one => [one.n, one.what])).toEqual([
      [4, 'file'],
      [5, 'call'],
      [6, 'call'],
      [7, 'call'],
    ])
    expect(verifyAudit(folder)).toMatchObject({ chains: [{ chain: 1, records: 7 }], faults: [] })
  })

  it('is continued by the next process, and by another one at the same time in a chain of its own', () => {
    const { folder, trail } = newTrail()
    readCalls(trail, 1)
    trail.close()
    holdFirstChain(folder)
    const second = newTrail({ folder })
    readCalls(second.trail, 1)
    second.trail.close()
    rmSync(join(folder, '1.lock'))
    const third = newTrail({ folder })
    readCalls(third.trail, 1)
    third.trail.close()
    expect(readdirSync(folder).sort()).toEqual([
      '1-2026-11.jsonl',
      '1.head',
      '2-2026-11.jsonl',
      '2.head',
      'people',
    ])
    expect(recordsIn(folder).map(one => one.n)).toEqual([1, 2, 3])
    expect(faultsIn(folder)).toEqual([])
  })
})

it('two apps of one process share a chain, until both have closed it', async () => {
  const { folder, trail } = newTrail()
  const next = newTrail({ folder })
  readCalls(trail, 1)
  readCalls(next.trail, 1)
  await recorded()
  trail.close()
  expect(existsSync(join(folder, '1.lock'))).toBe(true)
  readCalls(next.trail, 1)
  next.trail.close()
  expect(recordsIn(folder)).toHaveLength(4)
  expect(readdirSync(folder).sort()).toEqual(['1-2026-11.jsonl', '1.head', 'people'])
})

describe('a person', () => {
  it('has a pseudonym that only a key of their own explains, and is erased with it', async () => {
    let now = Date.parse('2026-11-26T10:00:00Z')
    const { folder, trail } = newTrail({ now: () => now })
    const laptop = { id: 'token:1', name: 'laptop', role: 'read-only' } as const
    readCalls(trail, 1)
    trail.ended({ ...CALL, by: laptop }, { outcome: 'denied', took: 0, bytes: 0 })
    await recorded()
    const [, first, other] = recordsIn(folder)
    expect(peopleIn(folder)).toEqual(
      expect.arrayContaining([
        { id: 'local', name: LOCAL.name, pseudonym: first.who },
        { id: 'token:1', name: 'laptop', pseudonym: other.who },
      ]),
    )
    erasePerson(folder, { id: 'local' })
    expect(peopleIn(folder).map(one => one.id)).toEqual(['token:1'])
    now += 1_000
    readCalls(trail, 1)
    trail.close()
    expect(recordsIn(folder).at(-1).who).not.toBe(first.who)
    expect(faultsIn(folder)).toEqual([])
  })
})
