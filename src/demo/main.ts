// The demo's simulated systems as a program: node dist/demo.mjs --port 18093 [--data DIR]
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
  process.stdout.write(`demo systems: listening on ${world.url}\n`)
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  const reason = taken ? `port ${values.port} is already in use` : reasonOf(error)
  process.stderr.write(`demo systems: ${reason}\n`)
  process.exit(1)
}
