// One of several processes that change the tokens of the same folder: creates ten and revokes every other one.

import { openTokens } from '../../src/access/tokens/tokens.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const tokens = openTokens(folder)
const kept: string[] = []
for (let count = 0; count < 10; count++) {
  const made = await tokens.create({
    customer: 'acme',
    role: 'read-only',
    lifetimeMs: 3_600_000,
    name: `${name}-${count}`,
  })
  if (count % 2 === 0) kept.push(made.token)
  else await tokens.revoke(one => one.id === made.kept.id)
}
process.stdout.write(JSON.stringify(kept))
