import { EXIT, SupportError } from '../../../base/errors.ts'
import { type Customer, customerTitle, keyOf, type Server } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { externalText, selectCustomer, selectStarted } from '../../../config/select.ts'
import type { LogLine, LogOptions } from '../../../runtimes/runtime.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import { isForeign } from '../../../stack/stack.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { countOption, momentOption } from '../../options.ts'
import { cleanedPrinter } from '../../plain.ts'

export const run: Run = async ({ print, open, signal, unread }, [name = '', serverName], options) => {
  const { project, stack, credentials } = await open()
  const customer = selectCustomer(project, name)
  print.note(customerTitle(customer))
  const hint = `read its logs where it runs, or run \`supportmax status ${customer.id}\` to see how it answers`
  const { started: servers, external } = selectStarted(customer, serverName, hint)
  if (external.length > 0)
    print.note(explainedText({ message: externalText(customer, external) }, print.noteLayout))
  // Reading the credentials hides their values in all output.
  await credentials.load(customer.servers.flatMap(credentialNames), signal)
  for (const server of customer.servers) stack.state.secrets(server)
  const how = logOptions(options)
  const sight = await lookAround(stack, servers, signal)
  const found = servers.flatMap(server => {
    const one = sight.find(keyOf(server))
    return one && !isForeign(project, one.observed) ? [{ server, runtime: one.runtime }] : []
  })
  if (found.length === 0 && sight.unchecked !== undefined)
    print.note(explainedText({ message: sight.unchecked }, print.noteLayout))
  if (found.length === 0)
    throw new SupportError('failed', noLogsText(customer, serverName), {
      hint: `run \`supportmax up ${customer.id}\``,
    })
  const shown = cleanedPrinter(print, 'as-written')
  const prefix = (server: Server) => (servers.length > 1 ? `${server.name} | ` : '')
  const time = ({ at }: LogLine) => (options.timestamps === true ? `${at ?? NO_TIME} ` : '')
  let count = 0
  const show = (server: Server, line: LogLine) => {
    count += 1
    shown.result(`${prefix(server)}${time(line)}${line.text}`)
  }
  const kept: KeptLine[] = []
  await Promise.all(
    found.map(async ({ server, runtime }) => {
      let at = ''
      for await (const line of runtime.logs(keyOf(server), how, AbortSignal.any([signal, unread]))) {
        at = line.at?.replace('Z', '') ?? at
        if (how.follow) show(server, line)
        else kept.push({ server, line, at })
      }
    }),
  )
  for (const { server, line } of kept.toSorted(byTime)) show(server, line)
  if (count === 0 && !signal.aborted) print.note(nothingFoundText(options))
  return signal.aborted ? EXIT.interrupted : EXIT.ok
}

interface KeptLine {
  server: Server
  line: LogLine
  /** When it was written, as text that sorts; of a line without a time, that of the line before it. */
  at: string
}

/** As they were written, whichever server wrote them. */
function byTime(a: KeptLine, b: KeptLine): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0
}

/** In place of the time of a line from before times were kept. */
const NO_TIME = '-'

/** Without --tail, lines that were asked for by time or text are all shown. */
function logOptions(options: Options): LogOptions {
  const [since, grep] = [momentOption(options, 'since'), textOption(options, 'grep')]
  if (grep === '') throw new SupportError('usage', '--grep: must not be empty')
  const tail = countOption(options, 'tail') ?? (since === undefined && grep === undefined ? 100 : undefined)
  return { follow: options.follow === true, tail, since, grep }
}

function nothingFoundText(options: Options): string {
  const [since, grep] = [textOption(options, 'since'), textOption(options, 'grep')]
  const what = grep === undefined ? 'no lines' : `no lines with "${grep}"`
  const ago = since !== undefined && /^\d+[smhd]$/.test(since) ? `in the last ${since}` : `since ${since}`
  return since === undefined ? what : `${what} ${ago}`
}

function noLogsText({ name }: Customer, server: string | undefined): string {
  return server === undefined
    ? `no logs for ${name}: none of its servers was started`
    : `no logs for ${name} ${server}: it was not started`
}
