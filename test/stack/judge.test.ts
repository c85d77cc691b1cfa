import { describe, expect, it } from 'vitest'
import type { Server } from '../../src/config/project.ts'
import type { ProbeResult } from '../../src/mcp/probe.ts'
import type { ObservedServer } from '../../src/runtimes/runtime.ts'
import {
  type Facts,
  judge,
  judgeFailedStart,
  judgeStray,
  judgeUnavailable,
} from '../../src/stack/look/judge.ts'
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
  copies: 1,
}

function probed(state: ProbeResult['state'], reason = 'r'): ProbeResult {
  return { state, reason, hint: '', tools: 9, era: 'modern', latencyMs: 1 }
}

function facts(more: Partial<Facts>): Facts {
  return {
    server,
    observed: RUNS,
    missing: [],
    unsendable: [],
    sourceFaults: [],
    signIn: undefined,
    refused: [],
    failure: undefined,
    probed: probed('ready', '9 tools'),
    drift: undefined,
    now: NOW,
    graceMs: 60_000,
    credentialsFile: '/c/mcp_credentials.env',
    ...more,
  }
}

describe('the state that a person sees', () => {
  it('is ready only if the probe says so', () => {
    expect(judge(facts({})).state).toBe('ready')
    expect(judge(facts({ probed: undefined })).state).toBe('starting')
  })

  it('a container that does not answer is starting at first, then unhealthy', () => {
    const young = { ...RUNS, startedAt: '2026-11-21T11:59:50Z' }
    expect(judge(facts({ observed: young, probed: probed('starting') })).state).toBe('starting')
    expect(judge(facts({ probed: probed('starting', 'nothing listens') }))).toMatchObject({
      state: 'unhealthy',
      reason: 'nothing listens',
      hint: 'run `supportmax logs a alertmanager`',
    })
  })

  it.each(['degraded', 'auth_required', 'unhealthy'] as const)(
    '%s keeps the reason that the probe gave',
    state => {
      expect(judge(facts({ probed: probed(state, 'why') }))).toMatchObject({ state, reason: 'why' })
    },
  )

  it('a server that ended shows its exit code and the next command', () => {
    expect(judge(facts({ observed: { ...RUNS, life: 'exited', exitCode: 137 }, probed: undefined }))).toEqual(
      {
        state: 'stopped',
        reason: 'ended with exit code 137 (killed)',
        hint: 'run `supportmax up a`',
      },
    )
    const failed = { ...RUNS, life: 'exited' as const, exitCode: 1 }
    expect(judge(facts({ observed: failed, probed: undefined, lastWords: 'boom' })).hint).toBe(
      'run `supportmax logs a alertmanager` to see why, then run `supportmax up a`',
    )
    const oom = { ...RUNS, life: 'exited' as const, exitCode: 137, outOfMemory: true }
    expect(judge(facts({ observed: oom, probed: undefined })).reason).toMatch(/^ran out of memory/)
  })

  it('a crash loop is recognised between two crashes, too', () => {
    const loop = { ...RUNS, restarts: 5, exitCode: 1 }
    expect(judge(facts({ observed: { ...loop, life: 'restarting' }, probed: undefined })).state).toBe(
      'crash_loop',
    )
    expect(judge(facts({ observed: loop, probed: probed('starting') })).state).toBe('crash_loop')
  })

  it('a server that could not be started shows why, and what helps', () => {
    const failure = {
      reason: 'the program mcp-grafana is not installed',
      hint: 'install it',
      at: '2026-11-21T11:00:00Z',
    }
    const expected = {
      state: 'stopped',
      reason: 'not started: the program mcp-grafana is not installed',
      hint: 'install it',
    }
    expect(judge(facts({ observed: undefined, probed: undefined, failure }))).toEqual(expected)
    const created = { ...RUNS, life: 'created' as const, startedAt: undefined }
    expect(judge(facts({ observed: created, probed: undefined, failure }))).toEqual(expected)
    expect(judge(facts({ failure })).state).toBe('ready')
  })

  it('a server that was started by hand after that failure, and ended, shows how it ended', () => {
    const failure = { reason: 'the image is missing', hint: 'pull it', at: '2026-11-21T11:00:00Z' }
    const ended = { ...RUNS, life: 'exited' as const, exitCode: 7, startedAt: '2026-11-21T11:30:00Z' }
    expect(judge(facts({ observed: ended, probed: undefined, failure })).reason).toContain('exit code 7')
    const before = { ...ended, startedAt: '2026-11-21T10:30:00Z' }
    expect(judge(facts({ observed: before, probed: undefined, failure })).reason).toContain('is missing')
  })

  it('missing credentials whose places failed come with the reason, and what to do first', () => {
    const sourceFaults = [{ name: 'TOKEN_A', reason: 'Vault is sealed', hint: 'unseal it' }]
    const about = { observed: undefined, probed: undefined, sourceFaults }
    expect(judge(facts({ ...about, missing: ['TOKEN_A', 'TOKEN_B'] }))).toEqual({
      state: 'missing_credentials',
      reason: 'TOKEN_A: Vault is sealed; no value for TOKEN_B',
      hint: 'unseal it, then run `supportmax up a`',
    })
    expect(judge(facts({ ...about, missing: ['TOKEN_A'] })).reason).toBe('TOKEN_A: Vault is sealed')
  })

  it('missing credentials are named only if nothing runs: what runs is judged by its answers', () => {
    expect(judge(facts({ observed: undefined, missing: ['TOKEN_A'], probed: undefined }))).toMatchObject({
      state: 'missing_credentials',
      reason: 'no value for TOKEN_A',
    })
    expect(judge(facts({ missing: ['TOKEN_A'] })).state).toBe('ready')
  })

  it('drift comes with the command that applies it', () => {
    expect(judge(facts({ drift: { kind: 'credential', reason: 'a credential has changed' } }))).toEqual({
      state: 'ready',
      reason: '9 tools; a credential has changed',
      hint: 'run `supportmax up a`',
    })
  })

  it('a server that may be another system than the configured one is never ready', () => {
    expect(judge(facts({ drift: { kind: 'other', reason: 'it runs as configured before' } }))).toEqual({
      state: 'degraded',
      reason: 'it runs as configured before',
      hint: 'run `supportmax up a`',
    })
  })

  it('a credential that belongs elsewhere is named with the command that allows it, also while the old server runs', () => {
    const refused = [{ name: 'A', reason: 'A belongs to x (a), not to y', hint: 'run `allow`' }]
    const more = { missing: ['A'], refused }
    expect(judge(facts({ ...more, observed: undefined }))).toEqual({
      state: 'missing_credentials',
      reason: 'A belongs to x (a), not to y',
      hint: 'run `allow`',
    })
    expect(
      judge(facts({ ...more, drift: { kind: 'other', reason: 'it runs as configured before' } })),
    ).toEqual({
      state: 'degraded',
      reason: 'it runs as configured before; A belongs to x (a), not to y',
      hint: 'run `allow`',
    })
  })

  it('an external server is judged by its answers alone', () => {
    const external = { ...server, managed: false }
    expect(judge(facts({ server: external, observed: undefined })).state).toBe('ready')
    expect(
      judge(facts({ server: external, observed: undefined, probed: probed('starting', 'refused') })).state,
    ).toBe('unhealthy')
  })

  it('a failed start says what happened to the server that was to be recreated', () => {
    const obstacle = { reason: 'no image', hint: 'pull it' }
    expect(judgeFailedStart(obstacle, 'none')).toEqual({ state: 'stopped', ...obstacle })
    expect(judgeFailedStart(obstacle, 'keeps running')).toMatchObject({
      state: 'degraded',
      reason: 'no image; the old server keeps running',
    })
    expect(judgeFailedStart(obstacle, 'removed')).toMatchObject({
      state: 'stopped',
      reason: 'no image; the old server was already removed',
    })
  })

  it('a server that is not in the configuration is degraded while it runs', () => {
    expect(judgeStray(RUNS)).toMatchObject({
      state: 'degraded',
      reason: 'running, but not in the configuration',
    })
    expect(judgeStray({ ...RUNS, life: 'exited' }).state).toBe('stopped')
  })

  it('the agent is not connected to a server that runs for another system, or not at all', () => {
    const { probed: _, ...unasked } = facts({})
    const other = { kind: 'other' as const, reason: 'older' }
    expect(judgeUnavailable({ ...unasked, drift: other }).state).toBe('degraded')
    expect(judgeUnavailable({ ...unasked, observed: undefined }).state).toBe('stopped')
    expect(judgeUnavailable({ ...unasked, observed: undefined, missing: ['T'] }).state).toBe(
      'missing_credentials',
    )
    expect(judgeUnavailable({ ...unasked, observed: { ...RUNS, life: 'restarting' } }).state).toBe(
      'crash_loop',
    )
  })

  it('names what was changed by hand as the cause, and up as the remedy', () => {
    const drift = { kind: 'altered', reason: 'it lost its network n' } as const
    expect(judge(facts({ observed: RUNS, drift, probed: probed('starting', 'refused') }))).toEqual({
      state: 'unhealthy',
      reason: 'it lost its network n; refused',
      hint: 'run `supportmax up a`',
    })
    expect(judge(facts({ observed: RUNS, drift, probed: probed('ready', '9 tools') }))).toEqual({
      state: 'ready',
      reason: '9 tools; it lost its network n',
      hint: 'run `supportmax up a`',
    })
  })
})
