import { EXIT, SupportError } from '../../../base/errors.ts'
import { wholeUsd } from '../../../base/money.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { selectCustomer } from '../../../config/select.ts'
import { COST_KEYS, type CostKey, type CostRow, costRows } from '../../../coordinator/figures/costs.ts'
import { KEPT_DAYS } from '../../../store/usage.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { momentOption } from '../../options.ts'
import { costsCsv, costsText } from './costs-text.ts'

const DEFAULT_DAYS = 30

export const run: Run = async ({ print, open }, names, options) => {
  const by = keysOption(options)
  const since = momentOption(options, 'since') ?? new Date(Date.now() - DEFAULT_DAYS * 86_400_000)
  const until = momentOption(options, 'until', Date.now(), Number.POSITIVE_INFINITY)
  if (until && until <= since)
    throw new SupportError('usage', '--until: must be later than --since', {
      hint: 'a whole week: --since 2026-11-16 --until 2026-11-23',
    })
  if (print.mode === 'json' && options.csv === true)
    throw new SupportError('usage', '--csv cannot be combined with --json')
  const app = await open()
  try {
    const usage = await app.usage()
    const all = usage.turns(since.getTime()).filter(turn => !until || turn.at < until.getTime())
    // The reason was printed as a warning. No requests would look like no costs.
    if (!usage.isKept()) throw new SupportError('failed', 'the costs of earlier requests are unknown')
    const known = new Set(all.map(one => one.customer))
    // The costs of a customer that is no longer in the file can still be looked up by its id.
    const wanted = names.map(name => (known.has(name) ? name : selectCustomer(app.project, name).id))
    const turns = wanted.length === 0 ? all : all.filter(one => wanted.includes(one.customer))
    if (since.getTime() < Date.now() - (KEPT_DAYS + 1) * 86_400_000)
      print.note(`older requests are not known: usage is kept for ${KEPT_DAYS} days`)
    const rows = costRows(turns, by)
    const [total] = costRows(turns, [])
    if (print.mode === 'json')
      print.json({
        since: since.toISOString(),
        until: until?.toISOString() ?? null,
        by,
        rows: rows.map(row => ({
          ...Object.fromEntries(by.map((key, at) => [key, row.values[at]])),
          ...figuresOf(row),
        })),
        total: total ? figuresOf(total) : null,
      })
    else if (options.csv === true) print.result(costsCsv(rows, by))
    else print.result(costsText(rows, { by, since, until, total, ...print.layout }))
    return EXIT.ok
  } finally {
    await app.close()
  }
}

function figuresOf({ requests, usage, cost }: CostRow) {
  return { requests, tokens: usage ?? null, costUsd: wholeUsd(cost), cost }
}

function keysOption(options: Options): CostKey[] {
  const text = textOption(options, 'by') ?? 'customer,platform,model'
  const words = text.split(',').map(word => word.trim().toLowerCase())
  const known: readonly string[] = COST_KEYS
  for (const [at, word] of words.entries()) {
    const hint = `use one or more of: ${COST_KEYS.join(', ')}`
    if (!known.includes(word))
      throw new SupportError(
        'usage',
        `--by: cannot group by "${word.slice(0, 40)}"${didYouMean(word, known)}`,
        {
          hint,
        },
      )
    if (words.indexOf(word) !== at)
      throw new SupportError('usage', `--by: "${word}" is there twice`, { hint })
  }
  return words as CostKey[]
}
