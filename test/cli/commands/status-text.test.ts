import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { statusText } from '../../../src/cli/commands/stack/status-text.ts'
import type { StatusReport } from '../../../src/stack/look/status.ts'
import { NOW, TWELVE_CUSTOMERS, twelveCustomerReport } from '../../helpers/twelve-customers.ts'

const plain = (_: string, text: string) => text

function screen(
  report: StatusReport,
  width: number | undefined,
  {
    unfold = 'troubled',
    customers = TWELVE_CUSTOMERS,
  }: { unfold?: 'troubled' | 'all'; customers?: typeof TWELVE_CUSTOMERS } = {},
): string {
  return statusText(report, { customers, unfold, now: NOW, width, style: plain, command: 'supportmax' })
}

const SIZES = [16, 36].flatMap(servers =>
  [60, 80, 100, 160].map(width => [servers as 16 | 36, width] as const),
)

describe('status of twelve customers, two servers broken', () => {
  it.each(SIZES)('%i servers at %i columns match their snapshot', async (servers, width) => {
    const file = `../../fixtures/screens/status-${servers}-${width}.txt`
    await expect(`${screen(twelveCustomerReport(servers), width)}\n`).toMatchFileSnapshot(file)
  })

  it.each(SIZES)('%i servers are never wider than %i columns', (servers, width) => {
    for (const unfold of ['troubled', 'all'] as const)
      for (const line of screen(twelveCustomerReport(servers), width, { unfold }).split('\n'))
        expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  it.each([16, 36] as const)('%i servers fit on a screen of 100 × 30, prompt included', servers => {
    expect(screen(twelveCustomerReport(servers), 100).split('\n').length).toBeLessThan(30)
  })

  it('shows what is broken before what is ready, and the summary last', () => {
    const lines = screen(twelveCustomerReport(36), 100).split('\n')
    const firstReady = lines.findIndex(line => line.includes('3 of 3 ready'))
    for (const words of ['crash loop', 'missing credentials', 'not in the configuration']) {
      const at = lines.findIndex(line => line.includes(words))
      expect(at).toBeGreaterThan(0)
      expect(at).toBeLessThan(firstReady)
    }
    expect(lines.at(-1)).toBe('34 of 37 ready')
  })

  it('gives a customer whose servers are all ready one line', () => {
    const lines = screen(twelveCustomerReport(36), 100).split('\n')
    expect(lines.filter(line => line.includes('Nordwind'))).toEqual([
      expect.stringMatching(/^Nordwind Energie {2,}3 of 3 ready · \d+ tools$/),
    ])
    expect(lines.join('\n')).not.toMatch(/^ +grafana +ready/m)
  })

  it('unfolds every customer when asked', () => {
    const text = screen(twelveCustomerReport(36), 100, { unfold: 'all' })
    expect(text.match(/^ {2}(genesys|alertmanager|grafana) .* ready /gm)).toHaveLength(34)
  })

  it('shows an id only if it cannot be guessed from the name', () => {
    const text = screen(twelveCustomerReport(36), 100)
    expect(text).toContain('東京電力 (tepco)')
    expect(text).not.toContain('(vattenfall-de)')
  })

  it('leaves nothing out and wraps nothing without a terminal', () => {
    const text = screen(twelveCustomerReport(36), undefined)
    expect(text).not.toMatch(/hidden|…/)
    expect(text).toContain('ENDPOINT')
    expect(text).toContain('then run `supportmax up bergbahn-zermatt-ag`')
  })
})

describe('status before the first up', () => {
  function stoppedReport(): StatusReport {
    const report = twelveCustomerReport(36)
    const servers = report.servers
      .filter(one => one.customer !== 'stadtwerke-alt')
      .map(one => ({
        ...one,
        state: 'stopped' as const,
        reason: 'not started',
        hint: `run \`supportmax up ${one.customer}\``,
        containerId: null,
      }))
    return { ...report, servers, summary: { ready: 0, total: 36 } }
  }

  it('prints the command to run only once', () => {
    const text = screen(stoppedReport(), 100)
    expect(text.split('\n')).toHaveLength(15)
    expect(text).toContain('\nrun `supportmax up` to start them\n0 of 36 ready')
  })

  it('lists failed starts first, with the reason', () => {
    const report = stoppedReport()
    const failed = { failedAt: '2026-11-21T11:00:00.000Z', reason: 'not started: port 9213 is held by node' }
    const servers = report.servers.map((one, at) => (at === 20 ? { ...one, ...failed } : one))
    const lines = screen({ ...report, servers }, 100).split('\n')
    const at = lines.findIndex(line => line.includes('port 9213 is held by node'))
    expect(at).toBeGreaterThan(0)
    expect(at).toBeLessThan(lines.findIndex(line => line.includes('3 servers not started')))
  })

  it('gives no uptime to a server that has ended and now lacks a credential', () => {
    const report = stoppedReport()
    const since = '2026-11-21T11:00:00.000Z'
    const ended = { state: 'missing_credentials', since, tools: null, latencyMs: null } as const
    const servers = report.servers.map((one, at) => (at === 20 ? { ...one, ...ended } : one))
    const text = screen({ ...report, servers }, undefined)
    expect(text).toMatch(/missing credentials +- +- +- /)
  })
})
