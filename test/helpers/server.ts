import type { Server } from '../../src/config/project.ts'
import type { Start } from '../../src/runtimes/runtime.ts'

/** A server of the model with everything filled in; `over` says what the test is about. */
export function aServer(over: Partial<Server> = {}): Server {
  const { customer = 'acme', name = 'alertmanager', type = name } = over
  return {
    customer,
    name,
    type,
    origin: 'catalog',
    system: type,
    service: `mcp-${name}-${customer}`,
    managed: true,
    url: `http://mcp-${name}-${customer}:8888/mcp`,
    headers: {},
    transport: 'streamable-http',
    newestProtocol: undefined,
    path: '/mcp',
    containerPort: 8888,
    hostPort: undefined,
    hostPortBase: 9201,
    image: { kind: 'build', program: 'alertmanager' },
    args: [],
    env: [],
    tokenEnv: 'MCP_SERVER_TOKEN',
    tokenName: 'SUPPORTMAX_TOKEN_ACME__ALERTMANAGER',
    auth: undefined,
    local: { kind: 'own', program: 'alertmanager' },
    limits: { cpus: 0.5, memory: '256M', pids: 64 },
    extraHosts: [],
    volumes: [],
    loopback: [],
    caFile: undefined,
    clientCertificate: undefined,
    proxy: undefined,
    timeouts: { connect: undefined, call: undefined, idle: undefined },
    readOnly: { hints: true, tools: [], patterns: [] },
    effects: [],
    dryRuns: {},
    authors: {},
    toolChoice: { include: undefined, exclude: [] },
    pins: 'enforce',
    access: 'read-only',
    smoke: { tool: 'get_status', arguments: {} },
    prompt: '',
    ...over,
  }
}

/** What a plan hands to the runtime for this server. */
export function aStart(server: Server, over: Partial<Start> = {}): Start {
  return {
    server,
    image: undefined,
    subnet: undefined,
    hostPort: 0,
    definition: 'd1',
    credentials: 'c1',
    secrets: new Map([[server.tokenName, `token-of-${server.customer}`]]),
    cause: 'create',
    ...over,
  }
}
