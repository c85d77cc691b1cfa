import type { App } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { wholeUsd } from '../../../base/money.ts'
import type { Customer, PlatformSettings } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Coordinator } from '../../../coordinator/coordinator.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import { type PlatformRow, platformRows } from '../../../coordinator/figures/report.ts'
import { type Savings, savingsOf } from '../../../coordinator/money/savings.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { platformsText } from './platforms-text.ts'

export const run: Run = async (context, _args, options) => {
  const { print, open, signal } = context
  const since = sinceOption(options)
  if (print.mode === 'json' && options.metrics === true)
    throw new SupportError('usage', '--metrics cannot be combined with --json')
  refuseBesideCheck(options)
  const app = await open()
  try {
    const name = textOption(options, 'customer')
    const customer = name === undefined ? undefined : selectCustomer(app.project, name)
    if (options.check === true) {
      const { checkPlatforms } = await import('./check.ts')
      return await checkPlatforms(context, app, customer)
    }
    const usage = await app.usage()
    const turns = usage.turns(Date.now() - since.ms, customer?.id)
    const isKnown = usage.isKept()
    // The reason was printed as a warning.
    if (options.metrics === true && !isKnown) throw new SupportError('failed', 'the figures are unknown')
    print.note('asking each platform for its list of models…')
    const rows = await currentRows(app, turns, { signal, customer })
    signal.throwIfAborted()
    if (options.metrics === true) {
      const { prometheusText } = await import('../../../coordinator/figures/prometheus.ts')
      print.result((await prometheusText(turns, rows)).trimEnd())
      return EXIT.ok
    }
    const nobody = whyNobody(await app.coordinator(), customer)
    const { baseline } = app.project.routing
    const savings = baseline === undefined || !isKnown ? undefined : savingsOf(turns, baseline)
    if (print.mode === 'json')
      print.json({
        since: since.text,
        customer: customer?.id ?? null,
        usageKnown: isKnown,
        platforms: rows.map(row => ({ ...row, costUsd: wholeUsd(row.cost), ...(isKnown ? {} : UNKNOWN) })),
        savings: savings ? jsonOf(savings) : null,
      })
    else print.result(platformsText(rows, { since: since.text, savings, nobody, isKnown, ...print.layout }))
    return EXIT.ok
  } finally {
    await app.close()
  }
}

/** A check reports no period. */
function refuseBesideCheck(options: Options): void {
  const other = ['since', 'metrics'].find(name => options[name] !== undefined)
  if (options.check === true && other !== undefined)
    throw new SupportError('usage', `--${other} cannot be combined with --check`)
}

/** Figures that cannot be read. No requests would look like no costs. */
const UNKNOWN = {
  requests: null,
  ok: null,
  errors: null,
  availability: null,
  tokens: null,
  costUsd: null,
  cost: null,
}

function jsonOf({ wasted, pricedShare, savedUsd, ...savings }: Savings) {
  return {
    ...savings,
    pricedShare: pricedShare ?? null,
    wastedUsd: wholeUsd(wasted),
    wasted,
    savedUsd: savedUsd ?? null,
  }
}

/** Each platform's current state, from its list of models, which costs nothing to fetch. */
async function currentRows(
  app: App,
  turns: readonly TurnRecord[],
  { signal, customer }: { signal: AbortSignal; customer: Customer | undefined },
): Promise<PlatformRow[]> {
  const coordinator = await app.coordinator()
  await coordinator.checkAll(signal)
  const states = new Map(coordinator.states().map(({ route, ...state }) => [route.name, state]))
  const isAllowed = ({ name }: PlatformSettings) => customer?.platformsAllowed?.includes(name) !== false
  const isConfigured = (one: PlatformSettings) => one.written || states.has(`${one.name}/${one.models[0]}`)
  const allowed = app.project.platforms.filter(isAllowed)
  const configured = allowed.filter(isConfigured)
  // Without a key and without a word in the file, the table says which keys could be set.
  const shown = configured.length > 0 ? configured : allowed.filter(one => one.enabled)
  const { bindings } = app.stack.state
  return platformRows(shown, turns, states, platform => bindings.refusalsOf({ platform })[0])
}

/** Why no platform can answer this customer, or anybody. */
function whyNobody(coordinator: Coordinator, customer: Customer | undefined): SupportError | undefined {
  const anybody = { id: '', name: '', environment: undefined, platformsAllowed: undefined }
  try {
    coordinator.routes({ customer: customer ?? anybody })
    return undefined
  } catch (error) {
    if (error instanceof SupportError) return error
    throw error
  }
}

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function sinceOption(options: Options): { ms: number; text: string } {
  const text = textOption(options, 'since') ?? '24h'
  const [, number = '', unit = ''] = text.match(/^(\d{1,4})([mhd])$/) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (ms > 0) return { ms, text }
  throw new SupportError('usage', `--since: must be like 30m, 24h or 7d, not "${text.slice(0, 40)}"`)
}
