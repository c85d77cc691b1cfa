// The demo world as a program: node dist/demo.js --port 18093 [--data DIR]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reasonOf } from '../base/errors.ts'
import { packageRoot } from '../base/package-root.ts'
import { startWorld } from './world.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '18093' }, data: { type: 'string' } },
})

try {
  const world = await startWorld({
    port: Number(values.port),
    data: values.data ?? join(packageRoot(), 'templates', 'demo'),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void world.close().finally(() => process.exit(0)))
  process.stdout.write(`demo world: listening on ${world.url}\n`)
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  const reason = taken ? `port ${values.port} is taken by another program` : reasonOf(error)
  process.stderr.write(`demo world: ${reason}\n`)
  process.exit(1)
}
