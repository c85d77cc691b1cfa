// A process of its own that writes audit records: folder, count, and the name of the customer.

import { LOCAL } from '../../../src/access/principal.ts'
import { openTrail } from '../../../src/store/audit/trail.ts'

const [folder = '', count = '0', customer = ''] = process.argv.slice(2)
const trail = openTrail({ folder, withArguments: false, warn: text => console.error(text) })
const call = { by: LOCAL, customer, server: 'tools', tool: 'echo', args: {}, decision: undefined }
for (let i = 0; i < Number(count); i++) {
  trail.ended(call, { outcome: 'answered', took: 1, bytes: 1 })
  // Others write at the same time.
  if (i % 50 === 0) await new Promise(resolve => setImmediate(resolve))
}
if (count !== 'forever') trail.close()
else for (;;) trail.ended(call, { outcome: 'answered', took: 1, bytes: 1 })
