import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbeResult } from '../../src/mcp/probe.ts'
import type { Life, Observed, ObservedServer, Runtime } from '../../src/runtimes/runtime.ts'
import type { StackEvent } from '../../src/stack/events.ts'
import type { Stack } from '../../src/stack/stack.ts'
import { openFollowers } from '../../src/stack/up/follow.ts'
import { freePort } from '../helpers/ports.ts'
import { aServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

/** What the server listens on; what it says there is up to each test. */
let port = 0
const socket = createServer()
beforeAll(async () => {
  await new Promise<void>(resolve => socket.listen(0, '127.0.0.1', resolve))
  port = (socket.address() as AddressInfo).port
})
afterAll(() => void socket.close())

const SERVER = aServer({ name: 'grafana' })
const READY: ProbeResult = { ...result('ready', '9 tools'), tools: 9, era: 'modern', latencyMs: 1 }

function result(state: ProbeResult['state'], reason: string, hint = ''): ProbeResult {
  return { state, reason, hint, tools: undefined, era: undefined, latencyMs: undefined }
}

/** A runtime with one server, and what each probe of it finds: in order, the last one again and again. */
function world({ life = 'running', probes = [READY] }: { life?: Life; probes?: ProbeResult[] } = {}) {
  const now = { life: life as Life | 'absent', id: 'new', restarts: 0, probed: 0, port }
  const observe = async (): Promise<Observed> => {
    const { life, id, restarts } = now
    if (life === 'absent') return { servers: [], networks: [] }
    const about = {
      customer: 'acme',
      server: 'grafana',
      hostPort: now.port,
      startedAt: '2026-11-26T07:00:00Z',
    }
    const seen = { ...about, life, id, restarts, exitCode: 3 }
    return { servers: [seen as ObservedServer], networks: [] }
  }
  const listRunning = async () => (await observe()).servers.filter(one => one.life === 'running')
  const stack = {
    project: { start: { intervalMs: 5 } },
    credentials: { file: '', get: () => 'x' },
    state: { bindings: { refusalsOf: () => [] } },
    async probe(_server: unknown, _port: unknown, signal?: AbortSignal) {
      const found = probes[Math.min(now.probed++, probes.length - 1)] ?? READY
      if (found.reason !== 'hangs') return found
      await new Promise(resolve => signal?.addEventListener('abort', resolve, { once: true }))
      return result('unhealthy', 'cancelled')
    },
  } as unknown as Stack
  const events: StackEvent[] = []
  const open = (timeoutMs = 60_000, signal?: AbortSignal) =>
    openFollowers(stack, { observe, listRunning } as Partial<Runtime> as Runtime, {
      timeoutMs,
      emit: event => events.push(event),
      signal,
    })
  const states = () =>
    events.flatMap(event => (event.type === 'state' ? [`${event.state}: ${event.reason}`] : []))
  return { now, events, open, states }
}

describe('following a server that was started', () => {
  it('probes it while other starts go on, and reports only its final state', async () => {
    const { open, states } = world({
      probes: [result('starting', 'refused'), result('unhealthy', 'no tools'), READY],
    })
    const followers = open()
    followers.follow(SERVER)
    expect(await followers.settled()).toEqual({ ready: 1, late: 0 })
    expect(states()).toEqual(['ready: 9 tools'])
  })

  it('does not take the answer of the server that is about to be replaced for its own', async () => {
    const { now, open, states } = world()
    now.id = 'old'
    const followers = open()
    followers.follow(SERVER, 'old')
    now.id = 'new'
    expect(await followers.settled()).toEqual({ ready: 1, late: 0 })
    expect(states()).toHaveLength(1)
    const kept = world()
    kept.now.id = 'old'
    const stuck = kept.open()
    stuck.follow(SERVER, 'old')
    stuck.started()
    await stuck.settled()
    expect(kept.states(), 'it was not replaced after all').toEqual(['ready: 9 tools'])
  })

  it('takes a bad state for final only when it is seen twice in a row', async () => {
    const degraded = result('degraded', 'Grafana answers 401', 'h')
    const { now, open, states } = world({ probes: [degraded, result('starting', 'r'), degraded] })
    const followers = open()
    followers.follow(SERVER)
    followers.started()
    expect(await followers.settled()).toEqual({ ready: 0, late: 0 })
    expect(states()).toEqual(['degraded: Grafana answers 401'])
    expect(now.probed).toBe(4)
  })

  it('names a server that timed out while it started, with the last thing it said and where to look', async () => {
    const { events, open } = world({ probes: [result('starting', '127.0.0.1:3101: refused')] })
    const followers = open(300)
    followers.follow(SERVER)
    followers.started()
    expect(await followers.settled()).toEqual({ ready: 0, late: 1 })
    expect(events.at(-1)).toMatchObject({
      state: 'starting',
      reason: 'no answer within 300 ms (127.0.0.1:3101: refused)',
      hint: 'run `supportmax logs acme grafana`',
    })
  })

  it('does not probe a port on which nothing listens', async () => {
    const { now, events, open } = world()
    now.port = await freePort()
    const followers = open(300)
    followers.follow(SERVER)
    followers.started()
    await followers.settled()
    expect(now.probed).toBe(0)
    expect(events.at(-1)).toMatchObject({
      state: 'starting',
      reason: `no answer within 300 ms (127.0.0.1:${now.port}: nothing is listening yet)`,
    })
  })

  it('ends a probe that hangs when the time is over, and keeps the last complete finding', async () => {
    const { open, states } = world({ probes: [result('unhealthy', 'no tools'), result('starting', 'hangs')] })
    const followers = open(400)
    followers.follow(SERVER)
    expect(await followers.settled()).toEqual({ ready: 0, late: 0 })
    expect(states()).toEqual(['unhealthy: no tools'])
  })

  it('does not wait for a server that has ended for good, or never came, once all starts are over', async () => {
    for (const life of ['exited', 'absent'] as const) {
      const { now, open, states } = world()
      now.life = life
      const followers = open()
      followers.follow(SERVER)
      followers.started()
      await followers.settled()
      expect(states()).toEqual([
        life === 'exited' ? 'stopped: ended with exit code 3' : 'stopped: not started',
      ])
    }
  })

  it('says nothing about a server whose start failed', async () => {
    const { now, open, events } = world()
    now.life = 'created'
    const followers = open()
    followers.follow(SERVER)
    followers.drop({ customer: 'acme', server: 'grafana' })
    followers.started()
    expect(await followers.settled()).toEqual({ ready: 0, late: 0 })
    expect(events).toEqual([])
  })

  it('rejects with the reason of an abort', async () => {
    const { now, open } = world()
    now.life = 'created'
    const stop = new AbortController()
    const followers = open(60_000, stop.signal)
    followers.follow(SERVER)
    const settled = followers.settled()
    stop.abort(new Error('Ctrl+C'))
    await expect(settled).rejects.toThrow('Ctrl+C')
  })

  it('sees a crash loop once all starts are over', async () => {
    const { now, open, states } = world({ probes: [result('starting', 'refused')] })
    const followers = open()
    followers.follow(SERVER)
    await until('it was probed', () => now.probed > 2)
    expect(states()).toEqual([])
    now.restarts = 4
    followers.started()
    await followers.settled()
    expect(states()).toEqual(['crash_loop: ended with exit code 3, restarted 4 times'])
  })
})

describe('following an external server', () => {
  it('ends when it has looked the same twice: it does not start because of us', async () => {
    const { now, open, states } = world({ probes: [result('unhealthy', 'connection refused')] })
    const followers = open()
    followers.follow({ ...SERVER, managed: false })
    expect(await followers.settled()).toEqual({ ready: 0, late: 0 })
    expect([states(), now.probed]).toEqual([['unhealthy: connection refused'], 2])
  })
})
