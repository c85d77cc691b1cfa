import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { keyOf } from '../../src/config/project.ts'
import type { Observed, Runtime } from '../../src/runtimes/runtime.ts'
import { NO_CREDENTIALS } from '../../src/secrets/credentials.ts'
import { localDefinition } from '../../src/stack/definition.ts'
import { endpointFinder, endpointFinderOnce, endpointOf } from '../../src/stack/look/endpoint.ts'
import type { Stack } from '../../src/stack/stack.ts'
import { openState } from '../../src/stack/state/folder.ts'
import { newFolder } from '../helpers/folder.ts'
import { projectOf } from '../helpers/projects.ts'

const server = (name: string) => ({
  type: 'alertmanager',
  name,
  config: { alertmanager_url: 'http://alertmanager.example:9093' },
})
let home: string
let looks: number

beforeEach(() => {
  home = newFolder()
  looks = 0
})

/** Two servers of one customer that run on ports 9301 and 9302, in a runtime that counts the looks at it. */
function stackOf() {
  const customers = [{ name: 'Acme', mcp_servers: [server('one'), server('two')] }]
  const project = projectOf({ customers }, join(home, 'mcp_servers.json'))
  const [customer] = project.customers
  if (!customer) throw new Error('no customer')
  const credentials = NO_CREDENTIALS
  const state = openState(project, credentials, home)
  const observed: Observed = {
    networks: [],
    servers: customer.servers.map((one, at) => ({
      ...keyOf(one),
      life: 'running',
      definition: localDefinition(project, one),
      credentials: state.fingerprint(state.secrets(one)),
      configFile: project.file,
      id: '1',
      image: 'local',
      startedAt: undefined,
      finishedAt: undefined,
      exitCode: undefined,
      outOfMemory: false,
      restarts: 0,
      hostPort: 9_301 + at,
      copies: 1,
    })),
  }
  const runtime = {
    kind: 'local',
    async observe() {
      looks++
      return observed
    },
  } as Partial<Runtime> as Runtime
  const all = async () => ({ runtimes: [runtime], unchecked: undefined })
  const runtimes = { all } as unknown as Stack['runtimes']
  const stack = { project, credentials, state, runtimes } as Partial<Stack> as Stack
  return { stack, customer, observed }
}

describe('the endpoint of a server', () => {
  it('is found with one look for all servers of a generation', async () => {
    const { stack, customer } = stackOf()
    const find = endpointFinderOnce(stack, customer)
    const found = await Promise.all(customer.servers.map(one => find(keyOf(one))))
    expect(found).toMatchObject([{ url: 'http://127.0.0.1:9301/mcp' }, { url: 'http://127.0.0.1:9302/mcp' }])
    expect(looks).toBe(1)
  })

  it('is looked for again for each later connection, since ports change', async () => {
    const { stack, customer, observed } = stackOf()
    const find = endpointFinder(stack)
    const [first] = customer.servers
    if (!first) throw new Error('no server')
    expect(await find(keyOf(first))).toMatchObject({ url: 'http://127.0.0.1:9301/mcp' })
    observed.servers = observed.servers.map(one => ({ ...one, hostPort: 9_400 }))
    expect(await find(keyOf(first))).toMatchObject({ url: 'http://127.0.0.1:9400/mcp' })
    expect(looks).toBe(2)
  })

  it('is vouched for as long as the engine’s word is fresh', async () => {
    const { stack, customer } = stackOf()
    const [one] = customer.servers
    if (!one) throw new Error('no server')
    expect(endpointOf(stack, one, { hostPort: 9_301, vouchedAt: 1_000 }).vouchedUntil).toBe(3_000)
    expect(endpointOf(stack, one, { hostPort: 9_301 }).vouchedUntil).toBe(0)
  })

  it('is asked who it is if its image can be any program, which only an engine can vouch for', async () => {
    const { stack, customer } = stackOf()
    const [one] = customer.servers
    if (!one) throw new Error('no server')
    const place = { hostPort: 9_301, vouchedAt: 1_000 }
    const image = { kind: 'pull', ref: 'own:1', overrides: 'program' } as const
    const { vouchedUntil, override } = endpointOf(stack, { ...one, image }, place)
    expect([vouchedUntil, override?.image]).toEqual([0, 'own:1'])
    const runtimes = (kind: string, hostPort: number, vouchedAt?: number) => {
      const running = async () => [{ ...keyOf(one), id: '1', hostPort, vouchedAt }]
      stack.runtimes.all = async () => ({
        runtimes: [{ kind, listRunning: running } as Partial<Runtime> as Runtime],
        unchecked: undefined,
      })
    }
    runtimes('docker', 9_301, 1_000)
    expect(await override?.findOurs()).toBe('here')
    runtimes('docker', 9_301)
    expect(await override?.findOurs()).toBe('somewhere')
    runtimes('docker', 9_302, 1_000)
    expect(await override?.findOurs()).toBe('nowhere')
    runtimes('local', 9_301)
    expect(await override?.findOurs()).toBe('nowhere')
    const release = { ...image, overrides: 'release' } as const
    expect(endpointOf(stack, { ...one, image: release }, place).vouchedUntil).toBe(3_000)
  })

  it('is unavailable while the running server may serve another system', async () => {
    const { stack, customer, observed } = stackOf()
    observed.servers = observed.servers.map(one => ({ ...one, definition: 'older' }))
    const [first] = customer.servers
    if (!first) throw new Error('no server')
    expect(await endpointFinder(stack)(keyOf(first))).toEqual({
      state: 'degraded',
      reason: 'acme/one runs with a different configuration',
      hint: 'run `supportmax up acme`',
    })
  })
})
