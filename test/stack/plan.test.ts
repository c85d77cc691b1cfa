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
    ...more,
  }
}

function planned(
  wanted: Start[],
  servers: ObservedServer[],
  scope: 'all' | 'part' = 'all',
  renew = false,
): string[] {
  const steps = plan({ wanted, observed: { servers, networks: [] }, project, scope, renew })
  return steps.map((step: Step) => `${step.kind} ${keyText(step.key)}: ${step.cause}`)
}

describe('plan', () => {
  it('an unchanged stack is a no-op', () => {
    expect(planned([start(a), start(b)], [seen('a'), seen('b')])).toEqual([
      'keep a/alertmanager: runs unchanged',
      'keep b/alertmanager: runs unchanged',
    ])
  })

  it('what is not there is created', () => {
    expect(planned([start(a)], [])).toEqual(['create a/alertmanager: is not there'])
  })

  it('a changed definition or credential recreates exactly its server, and says why', () => {
    expect(
      planned([start(a, { definition: 'd2' }), start(b, { credentials: 'c2' })], [seen('a'), seen('b')]),
    ).toEqual([
      'recreate a/alertmanager: its definition changed',
      'recreate b/alertmanager: a credential changed',
    ])
    expect(planned([start(a), start(b, { credentials: 'c2' })], [seen('a'), seen('b')])).toEqual([
      'keep a/alertmanager: runs unchanged',
      'recreate b/alertmanager: a credential changed',
    ])
  })

  it('what was started by hand is taken over by recreating it', () => {
    expect(planned([start(a)], [seen('a', { credentials: '' })])).toEqual([
      'recreate a/alertmanager: was started without supportmax',
    ])
  })

  it.each([
    ['exited', { life: 'exited', exitCode: 137 }, 'ended with exit code 137'],
    ['created', { life: 'created' }, 'was never started'],
  ] as const)('%s is started again', (_, more, cause) => {
    expect(planned([start(a)], [seen('a', more)])).toEqual([`start a/alertmanager: ${cause}`])
  })

  it('a paused one is recreated: the engine starts none', () => {
    expect(planned([start(a)], [seen('a', { life: 'paused' })])).toEqual([
      'recreate a/alertmanager: is paused',
    ])
  })

  it('a restarting one is left to the engine', () => {
    expect(planned([start(a)], [seen('a', { life: 'restarting' })])).toEqual([
      'keep a/alertmanager: runs unchanged',
    ])
  })

  it('what the configuration no longer knows is removed, but not when only a part was asked for', () => {
    expect(planned([start(a)], [seen('a'), seen('gone')])).toContain(
      'remove gone/alertmanager: is no longer in the configuration',
    )
    expect(planned([start(a)], [seen('a'), seen('gone'), seen('b')], 'part')).toEqual([
      'keep a/alertmanager: runs unchanged',
    ])
  })

  it('a customer that was not asked for is not removed', () => {
    expect(planned([start(a)], [seen('a'), seen('b')])).toEqual(['keep a/alertmanager: runs unchanged'])
  })

  it('restart recreates the unchanged', () => {
    expect(planned([start(a)], [seen('a')], 'part', true)).toEqual([
      'recreate a/alertmanager: restart asked for',
    ])
  })
})
