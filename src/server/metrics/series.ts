import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { isRefusal, type MeterListener } from '../meter.ts'

export interface Series extends MeterListener {
  /** Prometheus text: of one customer, or of all with everything that belongs to none. */
  text(customer: string | undefined): Promise<string>
}

/** Tools of a customer that have series of their own: servers decide how many tools they have. */
const MOST_TOOLS = 200
const OTHER = 'other'

/** Methods of MCP; anybody can send another one. */
const METHODS = new Set([
  ...['initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'prompts/list', 'prompts/get'],
  ...['resources/list', 'resources/templates/list', 'resources/read', 'resources/subscribe'],
  ...['resources/unsubscribe', 'completion/complete', 'logging/setLevel', 'subscriptions/listen'],
  ...['tasks/get', 'tasks/result', 'tasks/list', 'tasks/cancel', 'tasks/update'],
])

/** Seconds, as the conventions advise. */
const BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/**
 * The figures of a running server, named after OpenTelemetry's conventions for MCP as its exporters write them for Prometheus:
 * dots become underscores, and the unit comes last. https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md
 */
export function openSeries(): Series {
  const registry = new Registry()
  const series = seriesIn(registry)
  const toolLabel = boundedTools()
  return {
    request({ customer, method, outcome, took }) {
      const mcp_method_name = METHODS.has(method) ? method : OTHER
      series.requests.observe({ customer, mcp_method_name, outcome }, took / 1_000)
    },
    call({ customer, server, tool, outcome, took }) {
      if (isRefusal(outcome)) return series.refused.inc({ customer, outcome })
      const labels = { customer, server, tool: toolLabel(customer, server, tool), outcome }
      series.calls.observe({ mcp_method_name: methodOf(tool), ...labels }, took / 1_000)
    },
    session({ customer, took }) {
      if (took === undefined) return series.sessions.inc({ customer })
      series.sessions.dec({ customer })
      series.sessionDuration.observe({ customer }, took / 1_000)
    },
    turnedAway: ({ customer = '', reason }) => series.turnedAway.inc({ customer, reason }),
    async text(customer) {
      const all = await registry.metrics()
      return customer === undefined ? all : ofCustomer(all, customer)
    },
  }
}

function seriesIn(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'mcp_server_operation_duration_seconds',
      help: 'Duration of MCP client requests',
      labelNames: ['customer', 'mcp_method_name', 'outcome'],
      buckets: BUCKETS,
      registers,
    }),
    calls: new Histogram({
      name: 'mcp_client_operation_duration_seconds',
      help: "Duration of calls to customers' MCP servers",
      labelNames: ['customer', 'mcp_method_name', 'server', 'tool', 'outcome'],
      buckets: BUCKETS,
      registers,
    }),
    sessionDuration: new Histogram({
      name: 'mcp_server_session_duration_seconds',
      help: 'Duration of MCP client sessions that have ended',
      labelNames: ['customer'],
      buckets: BUCKETS,
      registers,
    }),
    sessions: new Gauge({
      name: 'supportmax_gateway_sessions',
      help: 'Connected MCP clients',
      labelNames: ['customer'],
      registers,
    }),
    refused: new Counter({
      name: 'supportmax_gateway_calls_refused_total',
      help: 'Calls that did not reach a server',
      labelNames: ['customer', 'outcome'],
      registers,
    }),
    turnedAway: new Counter({
      name: 'supportmax_gateway_requests_refused_total',
      help: 'Requests that were refused at a door',
      labelNames: ['customer', 'reason'],
      registers,
    }),
  }
}

/** `other` for a tool that no server has, and for all beyond the first MOST_TOOLS of a customer. */
function boundedTools(): (customer: string, server: string, tool: string) => string {
  const known = new Map<string, Set<string>>()
  return (customer, server, tool) => {
    if (server === '') return OTHER
    const own = known.get(customer) ?? new Set()
    known.set(customer, own)
    const key = `${server} ${tool}`
    if (own.has(key)) return tool
    if (own.size >= MOST_TOOLS) return OTHER
    own.add(key)
    return tool
  }
}

/** What is recorded under these names is not a tool call. */
const RECORDED_METHODS = new Map([
  ['read_resource', 'resources/read'],
  ['subscribe_resource', 'resources/subscribe'],
  ['unsubscribe_resource', 'resources/unsubscribe'],
  ['get_prompt', 'prompts/get'],
  ['complete', 'completion/complete'],
  ['set_log_level', 'logging/setLevel'],
])

function methodOf(tool: string): string {
  return RECORDED_METHODS.get(tool) ?? 'tools/call'
}

/** No other label can look like this: quotation marks in values are escaped. No character of a customer's id is. */
function ofCustomer(text: string, customer: string): string {
  const label = `customer="${customer}"`
  const isOwn = (line: string) => line.includes(`{${label}`) || line.includes(`,${label}`)
  return text
    .split('\n')
    .filter(line => line === '' || line.startsWith('#') || isOwn(line))
    .join('\n')
}
