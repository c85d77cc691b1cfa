// The whole chat over two small real MCP servers and the demo model: what the terminal tests start.
// Arguments: --no-color, --slow (milliseconds a tool takes), --long (lines of the answer), --say (the answer), --call (a call in the middle of
// it), --ask (a call whose server asks the person), --state (the folder of the transcripts; default: nothing is kept).

import { parseArgs } from 'node:util'
import { loadPromptTexts, systemPrompt } from '../../src/agent/prompt.ts'
import { openSession } from '../../src/agent/session.ts'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { runPlainChat } from '../../src/chat/plain/plain.ts'
import { runChat } from '../../src/chat/run.tsx'
import type { Customer, Project } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { unframed } from '../../src/platforms/calls/framed.ts'
import { openDemo } from '../../src/platforms/demo/open.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { declining } from '../../src/stack/tools/unanswered.ts'
import { listenerFor, type ServerListening } from '../../src/stack/tools/watching.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { customerOf, finder } from './customer-of.ts'
import { startServer, type ToolSketch } from './mcp-servers.ts'
import { noPlatformWork } from './platforms.ts'

const { values } = parseArgs({
  options: {
    'no-color': { type: 'boolean', default: false },
    slow: { type: 'string', default: '0' },
    plain: { type: 'boolean', default: false },
    long: { type: 'string', default: '0' },
    call: { type: 'boolean', default: false },
    ask: { type: 'boolean', default: false },
    say: { type: 'string' },
    state: { type: 'string' },
  },
})

const pause = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    const timer = setTimeout(resolve, Number(values.slow))
    signal.addEventListener('abort', () => {
      process.stderr.write('SERVER HEARD OF THE CANCEL\n')
      clearTimeout(timer)
      resolve()
    })
  })

const alerts = (id: string): ToolSketch => ({
  name: 'list_alerts',
  description: 'Alerts now, the worst first',
  annotations: { readOnlyHint: true },
  async run(_args, signal) {
    await pause(signal)
    const list = ['DiskFull', 'HighLatency', 'QueueStuck'].map((alertname, i) => ({
      alertname: `${alertname}${id}`,
      severity: i ? 'warning' : 'critical',
      instance: `db-${i}.${id}.example.com:9100`,
      since: `${i + 1} h`,
    }))
    return JSON.stringify({ summary: `3 alerts are firing for ${id}: 1 critical, 2 warning.`, alerts: list })
  },
})
const openTicket: ToolSketch = {
  name: 'open_ticket',
  annotations: { readOnlyHint: true },
  async run(_args, signal, ask) {
    signal.addEventListener('abort', () => process.stderr.write('SERVER HEARD OF THE CANCEL\n'))
    const properties = {
      title: { type: 'string', title: 'Title', minLength: 3 },
      priority: { type: 'string', title: 'Priority', enum: ['low', 'high'] },
      hours: { type: 'integer', title: 'Hours until it must be solved', default: 8 },
    }
    const requestedSchema = { type: 'object', properties, required: ['title', 'priority'] }
    const { action, content } = await ask({ message: 'What should the ticket say?', requestedSchema })
    return `the server got ${action} ${JSON.stringify(content ?? {})}`
  },
}
const write: ToolSketch = { name: 'create_silence', description: 'Mutes alerts', run: () => 'muted' }

const customers: Customer[] = [
  customerOf('nordwind', ['alertmanager', ...(values.ask ? ['tickets'] : ['grafana'])], {
    name: 'Nordwind Energie AG',
    environment: 'prod',
  }),
  customerOf('segura', ['alertmanager'], { name: 'Segura Caixa', access: 'read-write' }),
]
const project = { name: 'test', customers } as Project
const of = (id: string) => customers.find(one => one.id === id) as Customer

const table = new Map<string, { url: string; token: string }>()
for (const { id } of customers) {
  const server = await startServer({ kind: 'modern', tools: [alerts(id), write], token: `token-${id}` })
  table.set(`${id}/alertmanager`, { url: server.url, token: `token-${id}` })
}
if (values.ask) {
  const server = await startServer({ kind: 'legacy', tools: [openTicket], token: 'token-tickets' })
  table.set('nordwind/tickets', { url: server.url, token: 'token-tickets' })
}
const listening: ServerListening = { lists: new Set(), answer: declining(() => {}) }
const pool = openPool(finder(table), undefined, listenerFor(listening))
const texts = loadPromptTexts()
let generation = 0

/** Writes as many lines as it is told, to see what long answers do to the screen. */
const long: Platform = {
  name: 'long',
  model: 'lines',
  async *stream({ messages }) {
    const isLater = messages.at(-1)?.role === 'tool'
    const lines = Number(values.long)
    for (let i = 1; i <= lines; i++) {
      const at = isLater ? lines + i : i
      const text = `- line number ${at} of a long answer that wraps on a narrow screen\n${at % 10 ? '' : '\n'}`
      // As pieces arrive from a network.
      await new Promise(setImmediate)
      yield { type: 'text', text }
    }
    const name = 'alertmanager__list_alerts'
    if (values.call && !isLater) yield { type: 'call', call: { id: 'one', name, args: {}, rawArgs: '{}' } }
    yield { type: 'finish', reason: values.call && !isLater ? 'calls' : 'stop', usage: undefined }
  },
}

/** Says what it is told. */
const parrot: Platform = {
  name: 'parrot',
  model: 'words',
  async *stream() {
    for (const text of values.say?.match(/.{1,7}/gsu) ?? []) {
      await new Promise(setImmediate)
      yield { type: 'text', text }
    }
    yield { type: 'finish', reason: 'stop', usage: undefined }
  },
}

/** Calls the tool whose server asks, and repeats what it said. */
const asker: Platform = {
  name: 'asker',
  model: 'words',
  async *stream({ messages }) {
    const last = messages.at(-1)
    const name = 'tickets__open_ticket'
    if (last?.role === 'tool') yield { type: 'text', text: unframed(last.text).text }
    else yield { type: 'call', call: { id: 'one', name, args: {}, rawArgs: '{}' } }
    yield { type: 'finish', reason: last?.role === 'tool' ? 'stop' : 'calls', usage: undefined }
  },
}

const platform = values.ask ? asker : values.say ? parrot : Number(values.long) ? long : openDemo()
const transcripts = values.state && openTranscripts(shelfIn(values.state), 'anna')

function shelfIn(folder: string) {
  const warn = (reason: string) => process.stderr.write(`NOT KEPT: ${reason}\n`)
  return { folder, keepDays: () => 30, warn }
}

const ending = new AbortController()
// Not once: Ink would take that as nobody listening.
process.on('SIGTERM', () => ending.abort())

await (values.plain ? runPlainChat : runChat)({
  signal: ending.signal,
  platforms: noPlatformWork(),
  session: openSession({
    toolsetFor: (id, signal) => buildToolset(of(id), { pool, generation: ++generation, signal }),
    platformsFor: async () => ({ platform }),
    ...(transcripts && { transcriptFor: transcripts.transcriptFor }),
    promptFor: toolset => systemPrompt(texts, of(toolset.customer.id), toolset),
  }),
  project,
  customer: of('nordwind'),
  status: async customer =>
    customer.servers.map(({ name }) => ({ server: name, state: 'ready', reason: '2 tools', hint: '' })),
  up: async (_customer, say) => say('nothing to start'),
  answerServers(answer) {
    listening.answer = answer
  },
  configChange: () => undefined,
  reload: async () => [],
  color: !values['no-color'] && process.env.NO_COLOR === undefined,
  variables: process.env,
})
await pool.close()
process.exit(0)
