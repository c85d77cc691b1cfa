import type { RoutingSettings, Tier } from '../../config/project.ts'

/** How difficult a question is, and by which rule. */
export interface Complexity {
  level: 'simple' | 'ordinary' | 'high' | 'critical'
  /** The tier to ask first; undefined when it has no routes. */
  tier: Tier | undefined
  /** `simple -> cheap tier (a short question)`, shown to people. */
  rule: string
}

interface Rule {
  level: Complexity['level']
  because: string
  fits(question: string): boolean
}

const LONG = 600
const SHORT = 140

/** The first match decides; the last rule always matches. */
const RULES: readonly Rule[] = [
  { level: 'high', because: 'a long question', fits: text => text.length > LONG },
  {
    level: 'high',
    because: 'it asks for causes or a plan',
    fits: text =>
      /\b(why|root cause|because of what|correlat\w*|compar\w*|analy[sz]\w*|investigat\w*|explain|diagnos\w*|post-?mortem|plan|trade-?offs?|recommend\w*|warum|wieso|ursache\w*|vergleich\w*|untersuch\w*|erklär\w*)\b/i.test(
        text,
      ),
  },
  { level: 'high', because: 'several questions at once', fits: text => (text.match(/\?/g)?.length ?? 0) > 2 },
  {
    level: 'simple',
    because: 'a short factual question',
    fits: text =>
      text.length <= SHORT &&
      /\b(which|what|who|when|where|how (many|much|long)|list|show|is|are|does|status|count|welche\w*|was|wer|wann|wo|wie viele?|zeig\w*|gibt es)\b/i.test(
        text,
      ),
  },
  { level: 'ordinary', because: 'no other rule matched', fits: () => true },
]

const TIER_OF = { simple: 'cheap', ordinary: 'standard', high: 'premium', critical: 'premium' } as const

/** Pure. A tier without routes is ignored; then the strategy alone decides. */
export function complexityOf(
  question: string,
  { tiers }: Pick<RoutingSettings, 'tiers'>,
  isCritical: boolean,
): Complexity {
  const rule = RULES.find(one => one.fits(question))
  const level = isCritical ? 'critical' : (rule?.level ?? 'ordinary')
  const because = isCritical ? 'marked critical' : (rule?.because ?? '')
  const wanted = TIER_OF[level]
  const tier = tiers[wanted].length > 0 ? wanted : undefined
  return { level, tier, rule: `${level} -> ${tier ? `${tier} tier` : 'no tier'} (${because})` }
}
