import { text as textOf } from 'node:stream/consumers'
import { LOCAL } from '../../../access/principal.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { asTyped } from '../../../base/package-root.ts'
import { isRecord } from '../../../base/records.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { type Customer, customerTitle, type Server } from '../../../config/project.ts'
import { toolsetOf } from '../../../stack/tools/toolset.ts'
import { toolName } from '../../../toolset/build/name.ts'
import { type AskServer, foresee } from '../../../toolset/policy/foresee.ts'
import type { Run } from '../../context.ts'
import { customerOption, momentOption, roleOption } from '../../options.ts'
import { decisionJson, testText } from './test-text.ts'

export const run: Run = async ({ print, open, signal, settings }, [word = '', json], options) => {
  const args = argumentsIn(json === '-' ? await textOf(process.stdin) : (json ?? '{}'))
  const role = roleOption(options, 'read-write')
  const now = momentOption(options, 'at', Date.now(), Number.POSITIVE_INFINITY) ?? new Date()
  const app = await open()
  try {
    const { stack, project } = app
    const customer = customerOption(options, project, settings.customer)
    const { server, tool } = namedTool(customer, word)
    print.note(customerTitle(customer))
    const askServer: AskServer = async () => {
      const alone = { ...customer, servers: [server] }
      const pool = await app.connectionsTo(alone, signal)
      const toolset = await toolsetOf(app, alone, { pool, generation: 1, signal, policy: undefined })
      const unpinned = toolset.unpinnedFor(LOCAL).find(one => one.tool === tool)
      if (unpinned) {
        const { reason: withheld, ...subject } = unpinned
        return { ...subject, withheld }
      }
      const reason =
        toolset.missing[0]?.reason ??
        toolset.withheld.find(one => one.tool === tool)?.reason ??
        `${server.name} has no such tool`
      return toolset.tools.find(one => one.tool === tool) ?? { reason }
    }
    const askedServer: AskServer = () => askServer().catch(notAsked)
    const accepted = stack.state.accepted.of(server)
    const name = toolName(server.name, tool)
    const call = {
      customer,
      server,
      tool,
      name,
      accepted,
      pinned: server.pins !== 'warn' && stack.state.pins.lock().state !== 'none',
      rules: project.policy,
      args,
      role,
      now: now.getTime(),
    }
    const foreseen = await foresee(call, askedServer)
    if (print.mode === 'json') print.json(decisionJson(foreseen, { ...call, at: now }))
    else print.result(asTyped(testText(foreseen, { name, role, file: project.file }), print.layout.command))
    return EXIT.ok
  } finally {
    await app.close()
  }
}

/** An engine that does not respond is no reason to say nothing. */
function notAsked(error: unknown): { reason: string } {
  if (error instanceof SupportError && error.code !== 'interrupted') return { reason: error.message }
  throw error
}

/** `SERVER__TOOL`, in the names of the configuration. */
function namedTool({ id, servers }: Customer, word: string): { server: Server; tool: string } {
  const server = servers.find(one => word.startsWith(`${one.name}__`))
  const tool = word.slice((server?.name.length ?? 0) + 2)
  if (server && tool !== '') return { server, tool }
  const names = servers.map(one => one.name)
  const hint = `name the tool as SERVER__TOOL; servers of ${id}: ${names.join(', ')}`
  const shown = JSON.stringify(word.slice(0, 80))
  const [asked = '', rest] = word.split('__')
  const reason =
    server || !rest
      ? `${shown} is not SERVER__TOOL`
      : `${id} has no server for ${shown}${didYouMean(asked, names)}`
  throw new SupportError('usage', reason, { hint })
}

function argumentsIn(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    if (isRecord(value)) return value
  } catch {}
  throw new SupportError('usage', 'the arguments must be a JSON object', {
    hint: `write them in quotes, such as '{"limit": 5}', or use - to read them from stdin`,
  })
}
