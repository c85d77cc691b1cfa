// One line each for what the platforms did.

import { cleanLine } from '../base/text/terminal-text.ts'
import { dollars } from '../base/text/words.ts'
import type { LeftOut, Rerouted } from '../platforms/platform.ts'
import type { Answer } from './events.ts'

/** `anthropic: rate limit …; openai answers (7 ms)`. */
export function reroutedText({ from, to, reason, discarded, switchMs }: Rerouted): string {
  const void_ = discarded ? '; what it had written of this answer is void' : ''
  return `${from}: ${cleanLine(reason)}${void_} — ${to} answers (${Math.round(switchMs)} ms)`
}

export function leftOutText({ platform, tools, narrowed }: LeftOut): string {
  const some = narrowed
    ? [`${platform} takes ${narrowed.offered} of ${narrowed.of} tools at once; it finds the others by itself`]
    : []
  const left = tools.map(one => `${platform} is not offered ${one.name}: ${cleanLine(one.reason)}`)
  return [...some, ...left].join('\n')
}

export function crossCheckingText(platforms: readonly string[]): string {
  return platforms.length === 0
    ? 'no second platform to ask'
    : `cross-check: asking ${platforms.join(' and ')} …`
}

/** `anthropic · claude-sonnet-5 · 3 turns · $0.0123 · simple -> cheap tier (…)`. */
export function answerText({ platform, model, turns, costUsd, rule }: Answer): string {
  const parts = [platform, model, `${turns} turn${turns === 1 ? '' : 's'}`, dollars(costUsd)]
  return [...parts, ...(rule && rule !== 'first in order' ? [rule] : [])].join(' · ')
}
