// Runs the fake model platforms: `npm run fake-platforms [-- --port N]`. Ctrl+C stops them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { announcement } from '../test/fake-platforms/announce.ts'
import { vertexCredentials } from '../test/fake-platforms/credentials.ts'
import { startFakePlatforms } from '../test/fake-platforms/start.ts'

const port = Number(portOption())
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port: not a port: ${portOption()}`)

const fake = await startFakePlatforms({ port }).catch(error => fail(`--port: ${error.message}`))
const folder = mkdtempSync(join(tmpdir(), 'supportmax-fake-platforms-'))
console.log(announcement(fake, vertexCredentials(fake, folder)))

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await fake.close()
    rmSync(folder, { recursive: true, force: true })
  })

function portOption(): string {
  try {
    return parseArgs({ options: { port: { type: 'string', default: '0' } } }).values.port
  } catch (error) {
    return fail(`${(error as Error).message.split('\n', 1)[0]}\n  npm run fake-platforms -- --port N`)
  }
}

function fail(words: string): never {
  console.error(`fake-platforms: ${words}`)
  process.exit(1)
}
