// Runs MCP clients of others against the gateway: `npm run test:clients`. They are installed first, below node_modules/.cache;
// the tests then run in a network namespace that has loopback only, so that no client can reach its vendor. Needs Linux.

import { spawnSync } from 'node:child_process'
import { type ClientId, PACKAGES, PLACES } from '../test/clients/programs.ts'
import { type Installed, installed } from './npm-cache.ts'

const alone = withoutNetwork()
if (!alone) {
  console.log('skipped: no network namespace can be made here (needs `unshare` and `ip`)')
  process.exit(0)
}
const ids = Object.keys(PACKAGES) as ClientId[]
const places = await Promise.all(
  ids.map(
    async (id): Promise<[ClientId, Installed]> => [id, await installed(`clients/${id}`, [PACKAGES[id]])],
  ),
)
for (const [id, place] of places)
  console.log(`${PACKAGES[id]}: ${'folder' in place ? 'installed' : `skipped: ${place.reason}`}`)
const [file = '', ...words] = [...alone, 'vitest', 'run', '--project', 'clients', ...process.argv.slice(2)]
const env = { ...process.env, [PLACES]: JSON.stringify(Object.fromEntries(places)) }
process.exitCode = spawnSync(file, words, { env, stdio: 'inherit' }).status ?? 1

/** What starts a command with a network of its own, where only loopback is up: for root, and for those who may pretend to be. */
function withoutNetwork(): string[] | undefined {
  const up = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  return [
    ['unshare', '-n', ...up],
    ['unshare', '-rn', ...up],
  ].find(([file = '', ...args]) => spawnSync(file, [...args, 'true']).status === 0)
}
