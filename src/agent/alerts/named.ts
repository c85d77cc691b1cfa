import { alertsIn, shownLabel } from './find.ts'

/** Of a pasted name, in characters. */
const LONGEST = 100

/** As Alertmanager writes it, in JSON and in its messages. */
const LABEL = /\balertname["']?\s*[:=]\s*(?:(["'])(?<quoted>[^"'\n]{1,100})\1|(?<bare>[\w.:/-]{1,100}))/i

/** As most alerts are named: `SipTrunkDown`. Two words, such as `GitHub`, are as often a product. */
const THREE_WORDS = /\b(?:[A-Z][a-z0-9]+|[A-Z]{2,}(?=[A-Z][a-z])){3,}[A-Z0-9]*\b/
const NAMED = /\balert\s+["'`]?((?:[A-Z][a-z0-9]+){2,})\b/

/** The alert that a question names; undefined if it names none. */
export function alertIn(question: string): string | undefined {
  const pasted = alertsIn(question)?.alerts[0]?.labels.get('alertname')
  if (pasted !== undefined) return shownLabel(pasted, LONGEST)
  const { quoted, bare } = LABEL.exec(question)?.groups ?? {}
  return quoted ?? bare ?? NAMED.exec(question)?.[1] ?? THREE_WORDS.exec(question)?.[0]
}
