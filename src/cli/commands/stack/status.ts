import { EXIT } from '../../../base/errors.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomers } from '../../../config/select.ts'
import { type StatusReport, type StatusRow, status } from '../../../stack/look/status.ts'
import type { Run } from '../../context.ts'
import type { Printer } from '../../print.ts'
import { stateText } from '../../progress.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const { project, stack } = await open()
  const customers = selectCustomers(project, names)
  const report = await status(stack, customers, { strays: names.length === 0 ? 'shown' : 'left-out', signal })
  const titles = new Map(customers.map(one => [one.id, customerTitle(one)]))
  if (print.mode === 'json') print.json(report)
  else printTable(print, report, titles)
  const allReady = report.summary.ready === report.summary.total
  if (options.check !== true) return EXIT.ok
  // Nothing is not "all is well": a check that looked at nothing must not pass.
  return allReady && report.summary.total > 0 ? EXIT.ok : EXIT.failed
}

function printTable(print: Printer, report: StatusReport, titles: Map<string, string>): void {
  print.table(
    ['CUSTOMER', 'SERVER', 'STATE', 'TOOLS', 'MS', 'UP', 'RESTARTS', 'ENDPOINT', 'REASON'],
    report.servers.map(row => [
      titles.get(row.customer) ?? row.customer,
      row.server === row.type || row.type === '' ? row.server : `${row.server} (${row.type})`,
      stateText(print, row.state),
      row.tools === null ? '-' : String(row.tools),
      row.latencyMs === null ? '-' : row.latencyMs.toFixed(1),
      uptime(row),
      String(row.restarts),
      row.endpoint ?? '-',
      row.reason,
    ]),
    ['RESTARTS', 'MS', 'UP', 'ENDPOINT', 'TOOLS'],
  )
  const { ready, total } = report.summary
  print.note(`${ready} of ${total} ready`)
  for (const hint of new Set(report.servers.filter(row => row.hint !== '').map(row => row.hint)))
    print.note(`  next: ${hint}`)
}

function uptime(row: StatusRow): string {
  if (row.since === null || row.state === 'stopped') return '-'
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(row.since)) / 1_000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)}h` : `${Math.round(seconds / 86_400)}d`
}
