import { describe, expect, it } from 'vitest'
import { keyOf, keyText, type Server } from '../../src/config/project.ts'
import type { Observed, Outcome, Runtime } from '../../src/runtimes/runtime.ts'
import type { StackEvent } from '../../src/stack/events.ts'
import { applySteps } from '../../src/stack/up/apply.ts'
import type { Clearing, Step } from '../../src/stack/up/plan.ts'
import { aServer, aStart } from '../helpers/server.ts'

const NOTHING: Observed = { servers: [], networks: [] }

/** What goes wrong, each by `customer/server`. */
interface Trouble {
  obstacles?: string[]
  refused?: string[]
  stuck?: string[]
}

/** A runtime that records its orders. */
function recorder({ obstacles = [], refused = [], stuck = [] }: Trouble = {}) {
  const orders: string[] = []
  const runtime: Runtime = {
    kind: 'docker',
    observe: async () => NOTHING,
    listRunning: async () => [],
    portsFor: async () => new Map(),
    lock: () => Promise.reject(new Error('nothing to lock')),
    prepare: async ({ server }) =>
      obstacles.includes(keyText(keyOf(server))) ? { reason: 'no image', hint: 'pull it' } : undefined,
    async up(starts) {
      orders.push(`up ${starts.map(one => keyText(keyOf(one.server))).join(' ')}`)
      return starts.map(({ server }): Outcome => {
        const key = keyOf(server)
        if (!refused.includes(keyText(key))) return { key, ok: true }
        return { key, ok: false, reason: 'refused', hint: 'look' }
      })
    },
    async down(keys) {
      orders.push(`down ${keys.map(keyText).join(' ')}`)
      return keys.map((key): Outcome => {
        const stays = stuck.includes(keyText(key))
        return stays ? { key, ok: false, reason: 'in use', hint: 'look' } : { key, ok: true }
      })
    },
    async *logs() {},
  }
  return { runtime, orders }
}

function recreate(server: Server, clear?: Clearing): Step {
  const start = aStart(server, { cause: 'recreate' })
  return { kind: 'recreate', key: keyOf(server), cause: 'c', start, clear }
}

const grafana = aServer({ name: 'grafana' })
const alertmanager = aServer({})
const other = aServer({ customer: 'globex' })

async function applied(steps: Step[], how: Parameters<typeof recorder>[0] = {}) {
  const { runtime, orders } = recorder(how)
  const events: StackEvent[] = []
  const failed = await applySteps(runtime, steps, {
    emit: event => events.push(event),
    forbid: () => undefined,
  })
  const states = events.flatMap(one =>
    one.type === 'state' ? [`${one.server} ${one.state}: ${one.reason}`] : [],
  )
  const others = events.filter(one => one.type !== 'state' && one.type !== 'progress')
  return { orders, states, others, failed: [...failed.keys()] }
}

describe('applying a plan', () => {
  it('recreates without removing first, unless the plan says so', async () => {
    const { orders } = await applied([recreate(grafana), recreate(other, 'copies')])
    expect(orders).toEqual(['down globex/alertmanager', 'up acme/grafana globex/alertmanager'])
  })

  it('gives back what was reserved for a start that is forbidden', async () => {
    const { runtime, orders } = recorder()
    const spared: string[] = []
    await applySteps(
      { ...runtime, spare: ({ server }) => void spared.push(server.name) },
      [recreate(grafana), recreate(alertmanager)],
      {
        emit: () => {},
        forbid: ({ server }) => (server === grafana ? { reason: 'no consent', hint: 'trust it' } : undefined),
      },
    )
    expect(spared).toEqual(['grafana'])
    expect(orders).toEqual(['up acme/alertmanager'])
  })

  it('removes everything on a network that moves before it starts anything on the new one', async () => {
    const { orders } = await applied([recreate(grafana, 'network'), recreate(alertmanager, 'network')])
    expect(orders).toEqual(['down acme/grafana acme/alertmanager', 'up acme/grafana acme/alertmanager'])
  })

  it('a server that cannot start again is removed with its network, and that is reported', async () => {
    const steps = [recreate(grafana, 'network'), recreate(alertmanager, 'network')]
    const { orders, states, failed } = await applied(steps, { obstacles: ['acme/grafana'] })
    expect(orders).toEqual(['down acme/grafana acme/alertmanager', 'up acme/alertmanager'])
    expect(states).toEqual(['grafana stopped: no image; the old server was already removed'])
    expect(failed).toEqual(['acme/grafana'])
  })

  it('reports servers removed for good, and those that could not be removed', async () => {
    const gone = { customer: 'acme', server: 'gone' }
    const steps: Step[] = [recreate(grafana, 'network'), { kind: 'remove', key: gone, cause: 'c' }]
    const { others } = await applied(steps, { stuck: ['acme/grafana'] })
    expect(others).toEqual([
      { type: 'removed', ...gone },
      { type: 'note', text: 'acme/grafana could not be removed: in use' },
    ])
    expect((await applied([recreate(grafana, 'network')])).others).toEqual([])
  })

  it('removes nothing if nothing can start', async () => {
    const steps = [recreate(grafana, 'network'), recreate(other, 'copies')]
    const { orders, states } = await applied(steps, { obstacles: ['acme/grafana', 'globex/alertmanager'] })
    expect(orders).toEqual([])
    expect(states).toEqual([
      'grafana degraded: no image; the old server keeps running',
      'alertmanager degraded: no image; the old server keeps running',
    ])
  })

  it('a refused start is emitted and returned', async () => {
    const start = aStart(grafana)
    const step: Step = { kind: 'create', key: keyOf(grafana), cause: 'c', start, clear: undefined }
    const { states, failed } = await applied([step], { refused: ['acme/grafana'] })
    expect(states).toEqual(['grafana stopped: refused'])
    expect(failed).toEqual(['acme/grafana'])
  })

  it.each([
    [undefined, 'grafana degraded: refused'],
    ['copies', 'grafana stopped: refused; the old server was already removed'],
    ['network', 'grafana stopped: refused; the old server was already removed'],
  ] as const)('a refused recreation (clear: %s) promises nothing of the old server', async (clear, state) => {
    expect((await applied([recreate(grafana, clear)], { refused: ['acme/grafana'] })).states).toEqual([state])
  })
})
