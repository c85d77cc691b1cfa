import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { TIMEOUTS } from '../../src/base/timeouts.ts'

const src = fileURLToPath(new URL('../../src', import.meta.url))

it('the table of timeouts has no row that nothing reads', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name))
  const code = files.map(name => readFileSync(join(src, name), 'utf8')).join('\n')
  expect(Object.keys(TIMEOUTS).filter(name => !code.includes(`TIMEOUTS.${name}`))).toEqual([])
})
