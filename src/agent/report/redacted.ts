import { redact } from '../../base/redact.ts'
import { doubtTexts } from '../event-text.ts'
import type { Evidence } from '../evidence/book.ts'
import { withoutCitations } from '../evidence/citations.ts'
import { localTime } from '../evidence/times.ts'
import type { Episode } from '../story.ts'
import { withoutAddresses } from './addresses.ts'
import { quoted } from './markdown.ts'
import {
  changes,
  effect,
  findings,
  lines,
  list,
  questionLine,
  type Reported,
  stillRunning,
  timeOf,
} from './report.ts'
import { withoutTools } from './tools.ts'

/** For a customer to read: without tools, arguments and citations, and without addresses of people and machines. */
export function redactedIncidentText(reported: Reported): string {
  const { customer, now } = reported
  const text = lines(
    `# Incident note: ${customer.name}`,
    `Written ${localTime(now)}.`,
    '## Findings',
    ...findings(reported, episode =>
      [`_As of ${localTime(episode.at)}:_`, withoutTools(uncitedAnswerOf(episode), reported.evidence)].join(
        '\n\n',
      ),
    ),
    '## What could not be checked',
    list(uncheckedServers(reported)),
    '## What was done',
    list([
      ...changes(reported).map(one => `${timeOf(one.at)} ${asked(reported, one)}: ${effect(one)}`),
      ...stillRunning(reported),
    ]),
  )
  return withoutAddresses(text)
}

/** A change in the words of the person: those of the call are about tools. */
function asked({ story }: Reported, { number, server }: Evidence): string {
  const episode = story.find(({ calls }) => calls.includes(number))
  return `a change in ${server}${episode ? `, asked for as "${questionLine(episode)}"` : ''}`
}

/** A line for each. */
function uncheckedServers({ evidence, missing }: Reported): string[] {
  const isFailed = ({ kind, isWrite, server }: Evidence) => kind !== 'answered' && !isWrite && server !== ''
  const failed = evidence.filter(isFailed).map(one => one.server)
  const away = missing.map(one => one.server)
  return [
    ...away.map(server => `${server} was not available`),
    ...[...new Set(failed)].filter(one => !away.includes(one)).map(server => `a check of ${server} failed`),
  ]
}

function uncitedAnswerOf({ end }: Episode): string {
  if (end?.type !== 'answer') return ''
  const doubts = doubtTexts(end.check && { ...end.check, unknown: [] })
  return [quoted(withoutCitations(redact(end.text))), ...doubts.map(one => `_${one}_`)].join('\n\n')
}
