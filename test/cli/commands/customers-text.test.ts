import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { customersText } from '../../../src/cli/commands/customers/customers-text.ts'
import { TWELVE_CUSTOMER_ROWS } from '../../helpers/twelve-customers.ts'

const plain = (_: string, text: string) => text
const screen = (width: number) =>
  customersText(TWELVE_CUSTOMER_ROWS, {
    credentialsFile: '/home/anna/customers/mcp_credentials.env',
    width,
    style: plain,
    command: 'supportmax',
  })

describe('the list of twelve customers', () => {
  it.each([60, 80, 100, 160])('matches its snapshot at %i columns', async width => {
    await expect(`${screen(width)}\n`).toMatchFileSnapshot(`../../fixtures/screens/customers-${width}.txt`)
  })

  it.each([60, 80, 100, 160])('is never wider than %i columns', width => {
    for (const line of screen(width).split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  it('names missing credentials in full, below their customer', () => {
    expect(screen(160)).toMatch(
      /^Bergbahn Zermatt AG .*\n {4}missing credentials: GENESYS_CLIENT_ID_BERGBAHN_ZERMATT_AG, GENESYS_CLIENT_SECRET_BERGBAHN_ZERMATT_AG$/m,
    )
  })
})
