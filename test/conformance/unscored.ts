// Compares what the suite reports of the scenarios that it does not score with the table in docs/conformance.md.
// Usage, for the client: unscored.ts SUITE REVISION OUTPUT OPTION… (those of the suite's command)

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'

export type Leg = 'client' | 'server'
type Outcome = 'passes' | 'fails' | 'skipped'

interface Row {
  scenario: string
  leg: Leg
  /** By revision; undefined if the suite does not have it there. */
  outcomes: Record<string, Outcome | undefined>
}

const DOCS = 'docs/conformance.md'
const REVISIONS = ['2025-11-25', '2026-07-28']

function rows(): Row[] {
  return readFileSync(DOCS, 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => {
      const [scenario = '', leg, ...outcomes] = line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim())
      return {
        scenario: scenario.replaceAll('`', ''),
        leg: leg as Leg,
        outcomes: Object.fromEntries(
          REVISIONS.map((one, at) => [one, (outcomes[at] || undefined) as Outcome]),
        ),
      }
    })
}

/** What the table says otherwise than this output of a run; empty if nothing. */
export function untrueRows({ leg, revision, suite }: Ran, output: string): string[] {
  const summary = output.slice(output.lastIndexOf('SUMMARY ==='))
  const marks = new Map([...summary.matchAll(/^([✓✗]) (\S+): /gm)].map(([, mark, name]) => [name, mark]))
  const found = new Map(
    unscored(suite, revision)
      .filter(one => one.leg === leg)
      .map(({ scenario }) => [scenario, OUTCOMES[marks.get(scenario) ?? ''] ?? 'is not run']),
  )
  const own = rows().filter(one => one.leg === leg && one.outcomes[revision] !== 'skipped')
  const said = new Map(own.map(one => [one.scenario, one.outcomes[revision]]))
  return [...new Set([...said.keys(), ...found.keys()])]
    .filter(name => said.get(name) !== found.get(name))
    .map(name => `${DOCS}: ${name}, ${revision}: ${said.get(name) ?? 'no row'}, but ${found.get(name)}`)
}

interface Ran {
  leg: Leg
  revision: string
  /** The suite's program. */
  suite: string
}

const OUTCOMES: Record<string, Outcome> = { '✓': 'passes', '✗': 'fails' }

/** Read from the requirements of the suite: not each of its summaries tells them apart. */
function unscored(suite: string, revision: string): { scenario: string; leg: string }[] {
  const file = join(dirname(suite), '..', 'requirements', `${revision}.yaml`)
  return (load(readFileSync(file, 'utf8')) as { not_scored: { scenario: string; leg: string }[] }).not_scored
}

/** The same for the scenarios that are in no requirements, and of which the suite must skip every check. */
export function unskippedRows(leg: Leg, suite: string, words: string[]): string[] {
  const skipped = rows().filter(one => one.leg === leg && Object.values(one.outcomes).includes('skipped'))
  return skipped.flatMap(({ scenario }) => {
    const { stdout, stderr } = spawnSync('node', [suite, leg, ...words, '--scenario', scenario], {
      encoding: 'utf8',
    })
    const output = `${stdout}${stderr}`
    const isSkipped = output.includes('SKIPPED') && !output.includes('FAILURE')
    return isSkipped ? [] : [`${DOCS}: ${scenario}: skipped, but it is not`]
  })
}

if (import.meta.main) {
  const [suite = '', revision = '', output = '', ...words] = process.argv.slice(2)
  const faults = [
    ...untrueRows({ leg: 'client', revision, suite }, readFileSync(output, 'utf8')),
    ...unskippedRows('client', suite, words),
  ]
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
