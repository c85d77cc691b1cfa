import { expect, it } from 'vitest'
import { withCustomerName } from '../../../src/config/edit/document.ts'

const BEFORE = `{
  "customers": [{ "name": "Acme GmbH", "id": "acme", "mcp_servers": [] }],
  "policy": [
    { "customers": ["acme", "ACME gmbh", "beta"], "action": "ask" }, // the first
    { "customers": ["ac*"], "action": "ask" },
    { "action": "ask" }
  ]
}
`

it('a customer with another name is still the one that the rules of the policy mean', () => {
  const customer = { id: 'acme', name: 'Acme GmbH' }
  const text = withCustomerName(
    BEFORE,
    { index: 0, isDefault: false, customer },
    { name: 'Acme Europe', id: 'acme-eu' },
  )
  expect(text).toBe(
    BEFORE.replace('"name": "Acme GmbH", "id": "acme"', '"name": "Acme Europe", "id": "acme-eu"').replace(
      '["acme", "ACME gmbh", "beta"]',
      '["acme-eu", "Acme Europe", "beta"]',
    ),
  )
})
