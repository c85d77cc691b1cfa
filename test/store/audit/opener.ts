// A process of its own that opens the first chain, and is killed before one of its writes: folder, writes before it, time.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { openChain } from '../../../src/store/audit/chain/chain.ts'

const [folder = '', before = '', time = ''] = process.argv.slice(2)
const { writeSync } = fs
let left = Number(before)
fs.writeSync = (...args: unknown[]) => {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL')
  return Reflect.apply(writeSync, fs, args)
}
syncBuiltinESMExports()
openChain({ folder, chain: 1, now: () => Date.parse(time), warn: () => {} })
