import { describe, expect, it } from 'vitest'
import type { Server } from '../../src/config/project.ts'
import type { ProbeResult } from '../../src/mcp/probe.ts'
import type { ObservedServer } from '../../src/runtimes/runtime.ts'
import { type Facts, judge } from '../../src/stack/look/judge.ts'
import { anyCustomer, projectOf } from '../helpers/projects.ts'

const server = projectOf({ customers: [anyCustomer('A')] }).customers[0]?.servers[0] as Server
const NOW = Date.parse('2026-11-21T12:00:00Z')

const RUNS: ObservedServer = {
  customer: 'a',
  server: 'alertmanager',
  life: 'running',
  definition: 'd',
  credentials: 'c',
  configFile: '/f',
  id: '1',
  image: 'i',
  startedAt: '2026-11-21T11:00:00Z',
  finishedAt: undefined,
  exitCode: undefined,
  outOfMemory: false,
  restarts: 0,
  hostPort: 9201,
}

function probed(state: ProbeResult['state'], reason = 'r'): ProbeResult {
  return { state, reason, hint: '', tools: 9, era: 'modern', latencyMs: 1 }
}

function facts(more: Partial<Facts>): Facts {
  return {
    server,
    observed: RUNS,
    missing: [],
    probed: probed('ready', '9 tools'),
    drift: undefined,
    now: NOW,
    graceMs: 60_000,
    credentialsFile: '/c/mcp_credentials.env',
    ...more,
  }
}

describe('the state that a person is told', () => {
  it('is ready only by the probe', () => {
    expect(judge(facts({})).state).toBe('ready')
    expect(judge(facts({ probed: undefined })).state).toBe('starting')
  })

  it('a container that does not answer is starting while it is young, then unhealthy', () => {
    const young = { ...RUNS, startedAt: '2026-11-21T11:59:50Z' }
    expect(judge(facts({ observed: young, probed: probed('starting') })).state).toBe('starting')
    expect(judge(facts({ probed: probed('starting', 'nothing listens') }))).toMatchObject({
      state: 'unhealthy',
      reason: 'nothing listens',
      hint: 'supportmax logs a alertmanager',
    })
  })

  it.each(['degraded', 'auth_required', 'unhealthy'] as const)(
    '%s is passed on with its own words',
    state => {
      expect(judge(facts({ probed: probed(state, 'why') }))).toMatchObject({ state, reason: 'why' })
    },
  )

  it('an end is told with its exit code and the next command', () => {
    expect(judge(facts({ observed: { ...RUNS, life: 'exited', exitCode: 137 }, probed: undefined }))).toEqual(
      {
        state: 'stopped',
        reason: 'ended with exit code 137 (killed)',
        hint: 'supportmax up a',
      },
    )
    const oom = { ...RUNS, life: 'exited' as const, exitCode: 137, outOfMemory: true }
    expect(judge(facts({ observed: oom, probed: undefined })).reason).toMatch(/want of memory/)
  })

  it('a crash loop is told also when it is caught between two deaths', () => {
    const loop = { ...RUNS, restarts: 5, exitCode: 1 }
    expect(judge(facts({ observed: { ...loop, life: 'restarting' }, probed: undefined })).state).toBe(
      'crash_loop',
    )
    expect(judge(facts({ observed: loop, probed: probed('starting') })).state).toBe('crash_loop')
  })

  it('missing credentials are named only where nothing runs: what runs is judged by what it answers', () => {
    expect(judge(facts({ observed: undefined, missing: ['TOKEN_A'], probed: undefined }))).toMatchObject({
      state: 'missing_credentials',
      reason: 'no value for TOKEN_A',
    })
    expect(judge(facts({ missing: ['TOKEN_A'] })).state).toBe('ready')
  })

  it('drift is told with the command that applies it', () => {
    expect(judge(facts({ drift: { kind: 'credential', reason: 'a credential has changed' } }))).toEqual({
      state: 'ready',
      reason: '9 tools; a credential has changed',
      hint: 'supportmax up a',
    })
  })

  it('what may be another system than the configured one is never ready', () => {
    expect(judge(facts({ drift: { kind: 'other', reason: 'it runs as configured before' } }))).toEqual({
      state: 'degraded',
      reason: 'it runs as configured before',
      hint: 'supportmax up a',
    })
  })

  it('an external server is judged by its answer alone', () => {
    const external = { ...server, managed: false }
    expect(judge(facts({ server: external, observed: undefined })).state).toBe('ready')
    expect(
      judge(facts({ server: external, observed: undefined, probed: probed('starting', 'refused') })).state,
    ).toBe('unhealthy')
  })
})
