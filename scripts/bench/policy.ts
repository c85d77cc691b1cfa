// What the policy and the audit record add to each call.

import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LOCAL } from '../../src/access/principal.ts'
import { openTrail } from '../../src/store/audit/trail.ts'
import { compilePolicy } from '../../src/toolset/policy/decide.ts'
import { rulesOf } from '../../test/helpers/rules.ts'
import { type Figure, median } from './figure.ts'

/** In each round. */
const CALLS = 1_000
const ROUNDS = 25

export function policyFigures(folder: string): Figure[] {
  return [decisionFigure(), auditFigure(folder)]
}

/** The last of 200 rules, each with arguments and a time, for 100 tools in turn that were listed before. */
function decisionFigure(): Figure {
  const rules = Array.from({ length: 200 }, (_, i) => ({
    tools: [`*tool*_${i}*`, 'get_*'],
    arguments: [{ path: 'labels.team', values: [`team-${i}-*`] }],
    time: { days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1_440, zone: ZONES[i % ZONES.length] ?? 'UTC' },
    action: 'allow' as const,
  }))
  const policy = compilePolicy(rulesOf(...rules), { id: 'acme', access: 'read-write' })
  const now = Date.now()
  const args = { labels: [{ team: 'web' }, { team: 'team-199-db' }] }
  const subjects = Array.from({ length: 100 }, (_, i) => {
    const tool = `get_tool_${i}`
    return { server: 'wiki', tool, name: `wiki__${tool}`, readOnly: true }
  })
  for (const subject of subjects) policy.possible(subject, 'read-write')
  return inMicroseconds('a policy decision with 200 rules, p99', '<= 50 µs', i => {
    const subject = subjects[i % subjects.length] as (typeof subjects)[number]
    policy.decide({ subject, args, role: 'read-write', now: now + i })
  })
}

const ZONES = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Asia/Tokyo', 'UTC']

function auditFigure(parent: string): Figure {
  const folder = mkdtempSync(join(parent, 'audit-'))
  const trail = openTrail({ folder, withArguments: false, warn: text => console.error(text) })
  const decision = { kind: 'allow' as const, rule: undefined, because: '' }
  const call = {
    by: LOCAL,
    customer: 'acme',
    server: 'wiki',
    tool: 'get_page',
    args: { title: 'Home' },
    decision,
  }
  try {
    return inMicroseconds('an audit record, p50', 'about 50 µs or less', () => {
      trail.ended(call, { outcome: 'answered', took: 1.2, bytes: 300 })
      // Writes it now, as the next turn of the event loop would.
      trail.lost()
    })
  } finally {
    trail.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The median of the figures of many rounds: other programs on this machine spoil some of them. */
function inMicroseconds(what: string, aim: string, work: (i: number) => void): Figure {
  const rounds = Array.from({ length: ROUNDS }, () => timesOf(work))
  const rank = (share: number) => {
    const values = rounds.map(taken => taken[Math.floor(taken.length * share)] ?? Number.NaN)
    return `${median(values).toFixed(1)} µs`
  }
  const behind = `p50 ${rank(0.5)}, p95 ${rank(0.95)}, p99 ${rank(0.99)}`
  return { what, figure: rank(what.endsWith('p99') ? 0.99 : 0.5), aim, behind }
}

function timesOf(work: (i: number) => void): number[] {
  const taken = Array.from({ length: CALLS }, (_, i) => {
    const begun = performance.now()
    work(i)
    return (performance.now() - begun) * 1_000
  })
  return taken.sort((a, b) => a - b)
}
