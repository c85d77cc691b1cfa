import { costText } from '../../../base/money.ts'
import { countText } from '../../../base/text/amounts.ts'
import { columnsOf, cut } from '../../../base/text/columns.ts'
import type { Tone, View } from '../view.ts'

export interface StandingPart {
  text: string
  tone: Tone | 'critical' | 'writes'
}

const LONGEST_NAME = 32
const LONGEST_MODEL = 28
/** What is left out first on a narrow screen. */
const LEAST_NEEDED = ['model', 'window', 'today', 'servers'] as const
const BETWEEN = 3

/** `Segura Caixa PROD`, `read-write`, `2 of 3 servers`, `claude-sonnet-5`, `6 % of 200k tokens`, `$0.04 today`. */
export function standingParts({ customer, standing }: View, width: number): StandingPart[][] {
  const access: StandingPart = {
    text: customer.access,
    tone: customer.access === 'read-write' ? 'writes' : 'quiet',
  }
  const parts = {
    servers: serversPart(standing),
    model: modelPart(standing),
    window: windowPart(standing),
    today: todayPart(standing),
  }
  const all = () => [
    nameParts(customer, width - columnsOf(access.text) - BETWEEN),
    [access],
    ...Object.values(parts).flatMap(part => (part ? [[part]] : [])),
  ]
  for (const name of LEAST_NEEDED) if (columnsIn(all()) > width) parts[name] = undefined
  return all()
}

function columnsIn(groups: readonly StandingPart[][]): number {
  const columns = groups.flat().reduce((sum, one) => sum + columnsOf(one.text), 0)
  return columns + BETWEEN * (groups.length - 1)
}

function nameParts({ name, production }: View['customer'], width: number): StandingPart[] {
  const prod: StandingPart[] = production
    ? [
        { text: ' ', tone: 'info' },
        { text: 'PROD', tone: 'critical' },
      ]
    : []
  return [{ text: cut(name, Math.min(LONGEST_NAME, width - (production ? 5 : 0))), tone: 'quiet' }, ...prod]
}

function serversPart({ servers }: View['standing']): StandingPart | undefined {
  if (!servers) return undefined
  const { ready, of } = servers
  const text = ready === of ? `${of} ${of === 1 ? 'server' : 'servers'}` : `${ready} of ${of} servers`
  return { text, tone: ready === of ? 'quiet' : 'warn' }
}

function modelPart({ model }: View['standing']): StandingPart | undefined {
  return model === undefined ? undefined : { text: cut(model, LONGEST_MODEL), tone: 'quiet' }
}

/** From here on the window is nearly full, in percent. */
const NEARLY_FULL = 75

function windowPart({ used, window }: View['standing']): StandingPart | undefined {
  if (used === undefined) return undefined
  if (window === undefined) return { text: `${countText(used)} tokens`, tone: 'quiet' }
  const percent = Math.round((used / window) * 100)
  const text = `${percent === 0 && used > 0 ? '<1' : percent} % of ${tokensText(window)} tokens`
  return { text, tone: percent >= NEARLY_FULL ? 'warn' : 'quiet' }
}

/** `200k`, `1M`. */
export function tokensText(tokens: number): string {
  if (tokens < 1_000) return String(tokens)
  return tokens < 999_500 ? `${Math.round(tokens / 1_000)}k` : `${Number((tokens / 1_000_000).toFixed(1))}M`
}

function todayPart({ today }: View['standing']): StandingPart | undefined {
  return today && { text: `${costText(today)} today`, tone: 'quiet' }
}
