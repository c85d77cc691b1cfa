import { expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import type { ConsentFile } from '../../src/stack/state/consent.ts'
import { consentObstacle } from '../../src/stack/up/before/consent.ts'
import { projectOf } from '../helpers/projects.ts'

it('consent that cannot be read keeps this server from starting, and no other', () => {
  const project = projectOf({ customers: [{ name: 'Acme', mcp_servers: [{ name: 'x', command: 'x' }] }] })
  const [server] = project.customers.flatMap(one => one.servers)
  if (!server) throw new Error('no server')
  const broken = {
    of() {
      throw new SupportError('failed', 'written by a newer supportmax', { hint: 'upgrade' })
    },
  } as unknown as ConsentFile
  expect(consentObstacle(broken, server)).toEqual({
    reason: 'written by a newer supportmax',
    hint: 'upgrade',
  })
})
