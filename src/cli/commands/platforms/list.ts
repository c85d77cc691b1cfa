import type { App } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { dollars } from '../../../base/text/words.ts'
import type { Customer, PlatformSettings } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import { type PlatformRow, platformRows } from '../../../coordinator/figures/report.ts'
import { type Savings, savingsOf } from '../../../coordinator/money/savings.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import type { Printer, Style } from '../../print.ts'

export const run: Run = async ({ print, open, signal }, _args, options) => {
  const app = await open()
  try {
    const since = sinceOption(options)
    const name = textOption(options, 'customer')
    const customer = name === undefined ? undefined : selectCustomer(app.project, name)
    const turns = (await app.usage()).turns(Date.now() - since.ms, customer?.id)
    print.note('asking each platform for its list of models …')
    const rows = await rowsOf(app, turns, { signal, customer })
    if (options.metrics === true) {
      const { prometheusText } = await import('../../../coordinator/figures/prometheus.ts')
      print.result((await prometheusText(turns, rows)).trimEnd())
      return EXIT.ok
    }
    const { baseline } = app.project.routing
    const savings = baseline === undefined ? undefined : savingsOf(turns, baseline)
    if (print.mode === 'json')
      print.json({
        since: since.text,
        customer: customer?.id ?? null,
        platforms: rows,
        savings: savings ?? null,
      })
    else printTable(print, rows, { since: since.text, savings })
    return EXIT.ok
  } finally {
    await app.close()
  }
}

/** As they are now: each is asked for its list of models, which costs nothing. */
async function rowsOf(
  app: App,
  turns: readonly TurnRecord[],
  { signal, customer }: { signal: AbortSignal; customer: Customer | undefined },
): Promise<PlatformRow[]> {
  const coordinator = await app.coordinator()
  await coordinator.look(signal)
  const sights = new Map(coordinator.states().map(({ route, ...sight }) => [route.name, sight]))
  const mayUse = ({ name }: PlatformSettings) => customer?.platformsAllowed?.includes(name) !== false
  const isThere = (one: PlatformSettings) => one.written || sights.has(`${one.name}/${one.models[0]}`)
  const shown = app.project.platforms.filter(one => mayUse(one) && isThere(one))
  return platformRows(shown, turns, sights)
}

const COLORS: Partial<Record<PlatformRow['state'], Style>> = {
  ready: 'green',
  paused: 'yellow',
  trial: 'yellow',
  failing: 'red',
  'no-key': 'red',
}

function printTable(
  print: Printer,
  rows: readonly PlatformRow[],
  { since, savings }: { since: string; savings: Savings | undefined },
): void {
  print.table(
    ['PLATFORM', 'MODEL', 'STATE', 'REQUESTS', 'OK', 'P50', 'P95', 'P99', 'TOKENS', 'COST'],
    rows.map(row => [
      row.platform,
      row.model,
      COLORS[row.state] ? print.style(COLORS[row.state] ?? 'dim', stateText(row)) : stateText(row),
      String(row.requests),
      row.availability === null
        ? '-'
        : `${(row.availability * 100).toFixed(row.availability === 1 ? 0 : 1)}%`,
      ...[row.firstTokenMs.p50, row.firstTokenMs.p95, row.firstTokenMs.p99].map(milliseconds),
      row.requests === 0 ? '-' : `${short(row.tokens.inputTokens)}/${short(row.tokens.outputTokens)}`,
      costText(row),
    ]),
    ['P99', 'P95', 'TOKENS', 'OK', 'P50', 'REQUESTS'],
  )
  print.note(`requests, times to the first token, tokens (in/out) and cost of the last ${since}`)
  for (const row of rows.filter(one => one.reason !== '')) {
    print.note(`${row.platform} ${row.model}: ${row.reason}`)
    if (row.hint) print.note(`  next: ${row.hint}`)
  }
  if (savings) print.note(savingsText(savings))
}

function stateText({ state, until }: PlatformRow): string {
  const clock = until === null ? '' : new Date(until).toTimeString().slice(0, 8)
  return until === null ? state : `paused until ${clock}`
}

function milliseconds(value: number | null): string {
  if (value === null) return '-'
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`
}

function short(count: number): string {
  if (count < 10_000) return String(count)
  return count < 10_000_000 ? `${Math.round(count / 1_000)}k` : `${Math.round(count / 1_000_000)}M`
}

function costText({ costUsd, unpriced, requests }: PlatformRow): string {
  if (requests === 0) return '-'
  const known = costUsd === null ? '' : dollars(costUsd)
  const unknown = unpriced === 0 ? '' : `${unpriced} unknown`
  return [known, unknown].filter(Boolean).join(' + ') || dollars(0)
}

/** `saved $1.20 against openai/gpt-5.4 …`; no number where it would be a guess. */
export function savingsText({
  baseline,
  turns,
  compared,
  pricedShare,
  savedUsd,
  wastedUsd,
}: Savings): string {
  const share = `${Math.round(pricedShare * 100)}% of the requests have a known price`
  if (turns > 0 && compared === 0)
    return `against ${baseline}: no answer has a known price both there and where it came from; "prices" of a platform names them`
  if (savedUsd === undefined) return `against ${baseline}: no figure yet (${turns} of 50 answers; ${share})`
  const amount = savedUsd < 0 ? `${dollars(-savedUsd)} dearer than` : `${dollars(savedUsd)} cheaper than`
  return `${amount} ${baseline} with its cache warm, ${dollars(wastedUsd)} for broken turns included (${turns} turns; ${share})`
}

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function sinceOption(options: Options): { ms: number; text: string } {
  const text = textOption(options, 'since') ?? '24h'
  const [, number = '', unit = ''] = text.match(/^(\d{1,4})([mhd])$/) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (ms > 0) return { ms, text }
  throw new SupportError('usage', `--since: must be like 30m, 24h or 7d, not "${text.slice(0, 40)}"`)
}
