import { describe, expect, it } from 'vitest'
import { keyText, type Server } from '../../src/config/project.ts'
import type { ObservedServer, Start } from '../../src/runtimes/runtime.ts'
import { plan, type Step } from '../../src/stack/up/plan.ts'
import { anyCustomer, projectOf } from '../helpers/projects.ts'

const project = projectOf({ customers: [anyCustomer('A'), anyCustomer('B')] })
const [a, b] = project.customers.flatMap(one => one.servers) as [Server, Server]

function start(server: Server, more: Partial<Start> = {}): Start {
  return {
    server,
    image: undefined,
    subnet: undefined,
    hostPort: 9201,
    definition: 'd1',
    credentials: 'c1',
    secrets: new Map(),
    cause: 'create',
    ...more,
  }
}

function seen(customer: string, more: Partial<ObservedServer> = {}): ObservedServer {
  return {
    customer,
    server: 'alertmanager',
    life: 'running',
    definition: 'd1',
    credentials: 'c1',
    configFile: project.file,
    id: '1',
    image: 'i',
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: undefined,
    outOfMemory: false,
    restarts: 0,
    hostPort: 9201,
    copies: 1,
    ...more,
  }
}

function planned(
  wanted: Start[],
  servers: ObservedServer[],
  scope: 'all' | 'part' = 'all',
  renew = false,
): string[] {
  const input = { wanted, drawnIn: [], blocked: [], project, scope, renew }
  return printed(plan({ ...input, observed: { servers, networks: [] } }))
}

function printed(steps: Step[]): string[] {
  return steps.map(step => `${step.kind} ${keyText(step.key)}: ${step.cause}`)
}

describe('plan', () => {
  it('recreates what was changed by hand since it was created', () => {
    const limits = { cpus: 0.5, memory: 268_435_456, pids: 64 }
    expect(planned([start(a)], [seen('a', { limits })])).toEqual(['keep a/alertmanager: running, unchanged'])
    expect(planned([start(a)], [seen('a', { altered: 'it lost its network n' })])).toEqual([
      'recreate a/alertmanager: it lost its network n',
    ])
    expect(planned([start(a)], [seen('a', { limits: { ...limits, pids: 500 } })])).toEqual([
      'recreate a/alertmanager: its limit of pids was changed: 500 instead of 64',
    ])
    const unsupported = { cpus: 0, memory: 0, pids: 0 }
    expect(planned([start(a)], [seen('a', { limits: unsupported })])).toEqual([
      'keep a/alertmanager: running, unchanged',
    ])
  })

  it('an unchanged stack is a no-op', () => {
    expect(planned([start(a), start(b)], [seen('a'), seen('b')])).toEqual([
      'keep a/alertmanager: running, unchanged',
      'keep b/alertmanager: running, unchanged',
    ])
  })

  it('a server that does not exist is created', () => {
    expect(planned([start(a)], [])).toEqual(['create a/alertmanager: does not exist yet'])
  })

  it('a changed definition or credential recreates only that server, and says why', () => {
    expect(
      planned([start(a, { definition: 'd2' }), start(b, { credentials: 'c2' })], [seen('a'), seen('b')]),
    ).toEqual([
      'recreate a/alertmanager: its definition changed',
      'recreate b/alertmanager: a credential changed',
    ])
    expect(planned([start(a), start(b, { credentials: 'c2' })], [seen('a'), seen('b')])).toEqual([
      'keep a/alertmanager: running, unchanged',
      'recreate b/alertmanager: a credential changed',
    ])
  })

  it('a server that was started by hand is recreated', () => {
    expect(planned([start(a)], [seen('a', { credentials: '' })])).toEqual([
      'recreate a/alertmanager: started without supportmax',
    ])
  })

  it.each([
    ['exited', { life: 'exited', exitCode: 137 }, 'ended with exit code 137'],
    ['created', { life: 'created' }, 'never started'],
  ] as const)('%s is started again', (_, more, cause) => {
    expect(planned([start(a)], [seen('a', more)])).toEqual([`start a/alertmanager: ${cause}`])
  })

  it('a paused server is recreated: the engine does not start one', () => {
    expect(planned([start(a)], [seen('a', { life: 'paused' })])).toEqual(['recreate a/alertmanager: paused'])
  })

  it('a restarting server is left to the engine', () => {
    expect(planned([start(a)], [seen('a', { life: 'restarting' })])).toEqual([
      'keep a/alertmanager: running, unchanged',
    ])
  })

  it('a server that left the configuration is removed, unless only a part was asked for', () => {
    expect(planned([start(a)], [seen('a'), seen('gone')])).toContain(
      'remove gone/alertmanager: no longer in the configuration',
    )
    expect(planned([start(a)], [seen('a'), seen('gone'), seen('b')], 'part')).toEqual([
      'keep a/alertmanager: running, unchanged',
    ])
  })

  it('a customer outside the selection is not removed', () => {
    expect(planned([start(a)], [seen('a'), seen('b')])).toEqual(['keep a/alertmanager: running, unchanged'])
  })

  it('restart recreates unchanged servers', () => {
    expect(planned([start(a)], [seen('a')], 'part', true)).toEqual([
      'recreate a/alertmanager: restart requested',
    ])
  })

  it('another image is named as the cause', () => {
    const next = start(a, { definition: 'd2', image: 'i:2' })
    expect(planned([next], [seen('a', { image: 'i:1' })])).toEqual([
      'recreate a/alertmanager: its image changed: i:1 -> i:2',
    ])
  })

  it('a server with two containers is recreated after both are removed', () => {
    const steps = plan({ ...ROOM, wanted: [start(a)], observed: there([seen('a', { copies: 2 })]) })
    expect(printed(steps)).toEqual(['recreate a/alertmanager: 2 containers exist for it'])
    expect(steps).toMatchObject([{ clear: 'copies' }])
  })
})

const ROOM = { drawnIn: [], blocked: [], project, scope: 'part' as const }
const OLD = '10.213.0.0/28'
const NEW = '10.9.0.0/28'

function there(servers: ObservedServer[], subnets = [OLD]) {
  return { servers, networks: servers.length > 0 || subnets.length > 0 ? [networkOf('a', subnets)] : [] }
}

function networkOf(customer: string, subnets: string[]) {
  return { name: `acme_customer-${customer}`, customer, subnets }
}

describe('a network that moves', () => {
  const grafana = { ...a, name: 'grafana' }
  const genesys = { ...a, name: 'genesys' }
  const move = `its network moves from ${OLD} to ${NEW}`
  const on = (server: Server) => start(server, { subnet: NEW })

  it('takes along its other servers, but no other customer', () => {
    const servers = [seen('a', { server: 'grafana' }), seen('a'), seen('b')]
    const networks = [networkOf('a', [OLD]), networkOf('b', [OLD])]
    const drawnIn = [on(a), on(genesys)]
    const steps = plan({ ...ROOM, wanted: [on(grafana)], drawnIn, observed: { servers, networks } })
    expect(printed(steps)).toEqual([`recreate a/grafana: ${move}`, `recreate a/alertmanager: ${move}`])
    expect(steps).toMatchObject([{ clear: 'network' }, { clear: 'network' }])
  })

  it('removes servers that cannot move with it, and says why', () => {
    const servers = [seen('a', { server: 'grafana' }), seen('a'), seen('a', { server: 'gone' })]
    const steps = plan({ ...ROOM, wanted: [on(grafana)], blocked: [a], observed: there(servers) })
    expect(printed(steps)).toEqual([
      `recreate a/grafana: ${move}`,
      `remove a/alertmanager: ${move}, and it lacks a credential`,
      `remove a/gone: ${move}, and it is no longer in the configuration`,
    ])
  })

  it('is cleared even if no server is left on it', () => {
    expect(plan({ ...ROOM, wanted: [on(a)], observed: there([]) })).toMatchObject([
      { kind: 'create', clear: 'network' },
    ])
  })

  it('does not move if it has the right addresses', () => {
    const steps = plan({
      ...ROOM,
      wanted: [on(a)],
      drawnIn: [on(grafana)],
      observed: there([seen('a')], [NEW]),
    })
    expect(printed(steps)).toEqual(['keep a/alertmanager: running, unchanged'])
  })
})
