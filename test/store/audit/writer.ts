// A process of its own that writes audit records: folder, count, and the name of the customer.

import { setImmediate as turnEnd } from 'node:timers/promises'
import { LOCAL } from '../../../src/access/principal.ts'
import { openTrail } from '../../../src/store/audit/trail.ts'

const [folder = '', count = '0', customer = ''] = process.argv.slice(2)
const trail = openTrail({ folder, withArguments: false, warn: text => console.error(text) })
const call = { by: LOCAL, customer, server: 'tools', tool: 'echo', args: {}, decision: undefined }
const most = count === 'forever' ? Number.POSITIVE_INFINITY : Number(count)
for (let i = 0; i < most; i++) {
  trail.ended(call, { outcome: 'answered', took: 1, bytes: 1 })
  // It is recorded then; others write at the same time.
  if (i % 50 === 0) await turnEnd()
}
trail.close()
