import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openChain } from '../../../src/store/audit/chain/chain.ts'
import { FILE, faultsIn, linesOf, newTrail, readCalls } from './helper.ts'

const OPENER = new URL('opener.ts', import.meta.url).pathname

/** Whether it was killed before it had opened the chain. */
async function killedInOpening(folder: string, writes: number, time: string): Promise<boolean> {
  const args = [OPENER, folder, String(writes), time]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code, signal] = await once(child, 'exit')
  if (signal === null) expect(code).toBe(0)
  return signal === 'SIGKILL'
}

function withoutHead(): string {
  const { folder, trail } = newTrail()
  readCalls(trail, 3)
  trail.close()
  rmSync(join(folder, '1.head'))
  return folder
}

const cutOff = (folder: string) => truncateSync(join(folder, FILE), statSync(join(folder, FILE)).size - 20)

function recordsIn(folder: string) {
  const files = readdirSync(folder).filter(one => one.endsWith('.jsonl'))
  return files
    .sort()
    .flatMap(file => linesOf(folder, file))
    .filter(line => line.endsWith('}'))
    .map(line => JSON.parse(line))
}

it.each([
  ['in its month', '2026-11-26T12:00:00.000Z', () => {}, [`${FILE}:5: the record was changed before`]],
  [
    'in a new month',
    '2026-12-26T12:00:00.000Z',
    () => {},
    ['1-2026-12.jsonl:2: the record was changed before'],
  ],
  ['and ends inside a line', '2026-11-26T12:00:00.000Z', cutOff, [`${FILE}:4: is not an audit record`]],
])(
  'a head that is missing stays recorded, wherever the one who repairs it is killed: %s',
  async (_, time, damage, faults) => {
    let writes = 0
    for (let wasKilled = true; wasKilled; writes++) {
      const folder = withoutHead()
      damage(folder)
      wasKilled = await killedInOpening(folder, writes, time)
      openChain({ folder, chain: 1, now: () => Date.parse(time), warn: () => {} }).close()
      const found = recordsIn(folder).find(({ what }) => what === 'break')
      expect(found, `killed before write ${writes}`).toMatchObject({ reason: 'its head file is missing' })
      expect(faultsIn(folder)).toEqual(faults.map(fault => expect.stringContaining(fault)))
    }
    // It was killed before the line, and before the head.
    expect(writes).toBeGreaterThan(2)
  },
)

it('a chain whose writer was killed before its first record begins anew', async () => {
  const { folder, trail } = newTrail()
  readCalls(trail, 1)
  trail.close()
  for (const name of ['1.head', FILE]) truncateSync(join(folder, name), 0)
  const warnings: string[] = []
  openChain({ folder, chain: 1, now: Date.now, warn: text => void warnings.push(text) }).close()
  expect(warnings).toEqual([])
  expect(faultsIn(folder)).toEqual([])
})
