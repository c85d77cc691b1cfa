import { costText, dollars } from '../../../base/money.ts'
import { clockTime, counted, countText, milliseconds } from '../../../base/text/amounts.ts'
import type { CostRange } from '../../../coordinator/figures/record.ts'
import type { PlatformRow } from '../../../coordinator/figures/report.ts'
import type { Savings } from '../../../coordinator/money/savings.ts'
import { type Explained, explainedText } from '../../error-text.ts'
import type { Layout, Style } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Cell, type Column, type TableRow, tableText } from '../../print/table.ts'

export interface PlatformsTextOptions extends Layout {
  /** The time that was asked for, such as `24h`. */
  since: string
  savings: Savings | undefined
  /** Whether the requests of earlier runs can be read. */
  isKnown: boolean
  /** Why no platform can answer; undefined if one can. */
  nobody?: Explained | undefined
}

const COLUMNS: Column[] = [
  { head: 'PLATFORM', least: 12 },
  { head: 'MODEL', least: 16 },
  { head: 'STATE' },
  { head: 'REQUESTS', align: 'right', rank: 6 },
  { head: 'OK', align: 'right', rank: 4 },
  { head: 'P50', align: 'right', rank: 5 },
  { head: 'P95', align: 'right', rank: 2 },
  { head: 'P99', align: 'right', rank: 1 },
  { head: 'TOKENS', align: 'right', rank: 3 },
  { head: 'COST', align: 'right' },
]

/** Whether any platform can answer; one row for each model, what is wrong with it below; what the numbers mean. */
export function platformsText(
  rows: readonly PlatformRow[],
  { since, savings, nobody, isKnown, ...layout }: PlatformsTextOptions,
): string {
  const legend = `last ${since}: requests, share that succeeded, time to first token, tokens in/out, cost`
  const nothing = isKnown ? `no requests in the last ${since}` : 'requests, speed and cost are unknown'
  const notes = rows.some(one => one.requests > 0) ? [legend] : [nothing]
  const { width, style } = layout
  if (savings) notes.push(savingsText(savings))
  return [
    ...(nobody ? [explainedText({ ...nobody, message: style('yellow', nobody.message) }, layout)] : []),
    ...(rows.length > 0 ? [tableText(COLUMNS, rows.map(platformRow), layout)] : []),
    ...notes.map(text => style('dim', width === undefined ? text : wrappedProse(text, width))),
  ].join('\n')
}

const COLORS: Partial<Record<PlatformRow['state'], Style>> = {
  ready: 'green',
  paused: 'yellow',
  trial: 'yellow',
  failing: 'red',
  'model-not-found': 'red',
  'not-checked': 'yellow',
  'no-key': 'red',
}

function platformRow(row: PlatformRow): TableRow {
  const { p50, p95, p99 } = row.firstTokenMs
  return {
    cells: [
      row.platform,
      row.model,
      stateCell(row),
      row.requests === 0 ? '-' : countText(row.requests),
      shareText(row.availability),
      ...[p50, p95, p99].map(ms => (ms === null ? '-' : milliseconds(ms))),
      row.requests === 0 || row.tokens === null
        ? '-'
        : `${shortCount(row.tokens.inputTokens)}/${shortCount(row.tokens.outputTokens)}`,
      costCell(row),
    ],
    reason: row.reason,
    hint: row.hint,
  }
}

function stateCell({ state, until }: PlatformRow): Cell {
  const clock = until === null ? '' : ` until ${clockTime(Date.parse(until), Date.now())}`
  const text = `${state.replaceAll('-', ' ')}${clock}`
  const style = COLORS[state]
  return style ? { text, style } : text
}

function shareText(share: number | null): string {
  // Not rounded up to 100.0% if a request failed.
  return share === null ? '-' : `${share === 1 ? 100 : (Math.min(share, 0.999) * 100).toFixed(1)}%`
}

function shortCount(count: number): string {
  if (count < 10_000) return countText(count)
  if (count < 999_500) return `${Math.round(count / 1_000)}k`
  return `${(count / 1_000_000).toFixed(count < 9_950_000 ? 1 : 0)}M`
}

function costCell({ cost, requests }: PlatformRow): string {
  return requests === 0 ? '-' : costText(cost)
}

/** `$1.20 cheaper than openai/gpt-5.4 …`; no amount if it would be a guess. */
function savingsText({ baseline, turns, compared, pricedShare, savedUsd, wasted }: Savings): string {
  if (turns > 0 && compared === 0)
    return `savings against ${baseline}: no answer has a known cost on both sides; set "prices" for the platform`
  const known =
    pricedShare === undefined ? [] : [`cost known for ${wholePercent(pricedShare)} of the requests`]
  if (savedUsd === undefined) {
    const counts = [`${turns} of 50`, ...known].join('; ')
    return `savings against ${baseline}: too few answers to calculate them (${counts})`
  }
  const counts = [counted(turns, 'answer'), ...known].join('; ')
  return `compared with ${baseline} for everything: ${savedText(savedUsd)}; failed turns: ${costText(wasted)} (${counts})`
}

/** Never 100% if anything is missing. */
function wholePercent(share: number): string {
  return `${Math.floor(share * 100)}%`
}

/** `$1.20 cheaper`, or a range where the vendor does not say how long it keeps a prompt in its cache. */
function savedText({ least, most }: CostRange): string {
  if (least === 0 && most === 0) return 'no difference'
  const [low, high] = [least, most].map(amount => dollars(Math.abs(amount))) as [string, string]
  const words = (amount: number) => (amount < 0 ? 'more expensive' : 'cheaper')
  if (words(least) === words(most)) {
    const amount = low === high ? low : least < 0 ? `${high} to ${low}` : `${low} to ${high}`
    return `${amount} ${words(most)}${low === high ? '' : CACHE_NOTE}`
  }
  return `between ${low} ${words(least)} and ${high} ${words(most)}${CACHE_NOTE}`
}

const CACHE_NOTE = ', depending on how long its prompt cache lasts'
