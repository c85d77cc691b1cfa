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

  it('shows the platforms of a customer only if one sets its own', () => {
    const [first, ...others] = TWELVE_CUSTOMER_ROWS
    if (!first) throw new Error('no customer')
    const own: typeof first = {
      ...first,
      platformsAllowed: ['openai', 'ollama', 'anthropic'],
      routing: { strategy: 'latency', order: ['anthropic', 'openai/gpt-5.4'] },
    }
    const shown = (row: typeof first) =>
      customersText([row, ...others], {
        credentialsFile: 'f',
        width: 200,
        style: plain,
        command: 'supportmax',
      })
    expect(shown(first)).not.toContain('PLATFORMS')
    expect(shown(own)).toMatch(/ PLATFORMS\n.* anthropic, openai\/gpt-5\.4, then ollama \(latency\)\n.* -\n/)
    expect(shown({ ...first, routing: { strategy: 'latency' } })).toMatch(/ latency\n/)
    expect(shown({ ...first, platformsAllowed: ['openai'] })).toMatch(/ openai\n/)
  })

  it('names missing credentials in full, below their customer', () => {
    expect(screen(160)).toMatch(
      /^Bergbahn Zermatt AG .*\n {4}missing credentials: GENESYS_CLIENT_ID_BERGBAHN_ZERMATT_AG, GENESYS_CLIENT_SECRET_BERGBAHN_ZERMATT_AG$/m,
    )
  })
})
