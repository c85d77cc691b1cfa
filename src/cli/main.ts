// The only place that exits (bin and the mcps apart): words in, exit code out.

import { EXIT, reasonOf, SupportError } from '../base/errors.ts'
import { COMMANDS } from './commands/index.ts'
import type { Context, Options } from './context.ts'
import { createPrinter, type Printer } from './print.ts'
import { buildProgram, type Command, CommanderError } from './program.ts'
import type { CommandSpec } from './spec.ts'

/** Runs one command line and ends the process with its exit code. */
export async function run(argv: string[]): Promise<void> {
  const unread = new AbortController()
  const output = watchOutput(unread)
  const interrupted = stopOnSignals()
  let printer = printerFor({}, argv)
  let code: number = EXIT.ok
  const program = buildProgram(COMMANDS, async (spec, globals, args, options) => {
    printer = printerFor(globals, argv)
    code =
      (await start(spec, { globals, args, options, printer, signal: interrupted, unread: unread.signal })) ??
      EXIT.ok
  })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (isUnsaid(error)) printer.result(helpFor(program, argv).trimEnd())
    code = interrupted.aborted ? EXIT.interrupted : isUnsaid(error) ? EXIT.usage : report(error, printer)
    if (interrupted.aborted) printer.error('supportmax: interrupted')
  }
  await drained()
  if (output.lost && code === EXIT.ok) code = EXIT.failed
  process.exit(code)
}

/** No command was typed, or only the first word of one. */
function isUnsaid(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help'
}

function helpFor(program: Command, argv: string[]): string {
  const group = program.commands.find(one => argv.includes(one.name()))
  return (group ?? program).helpInformation()
}

/** The first signal asks to end and to clean up; only the third does not wait for that. */
function stopOnSignals(): AbortSignal {
  const interrupted = new AbortController()
  let count = 0
  const stop = (signal: NodeJS.Signals) => {
    if (++count === 1) interrupted.abort(new SupportError('interrupted', `interrupted (${signal})`))
    else if (count === 2)
      process.stderr.write('supportmax: still cleaning up; once more leaves things as they are\n')
    else process.exit(EXIT.interrupted)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  return interrupted.signal
}

interface Call {
  globals: Options
  args: string[]
  options: Options
  printer: Printer
  signal: AbortSignal
  unread: AbortSignal
}

async function start(spec: CommandSpec, { globals, args, options, printer, signal, unread }: Call) {
  const config = String(globals.config)
  const context: Context = {
    config,
    print: printer,
    signal,
    unread,
    async open(runtime) {
      const { openApp } = await import('../app.ts')
      const { problemText } = await import('../config/document/problems.ts')
      const app = openApp({ config, runtime, warn: text => printer.note(`warning: ${text}`) })
      for (const warning of app.warnings) printer.note(`warning: ${problemText(warning)}`)
      for (const warning of app.credentials.warnings) printer.note(`warning: ${warning}`)
      return app
    },
  }
  const { run: work } = await spec.load()
  return work(context, args, options)
}

function printerFor(globals: Options, argv: string[]): Printer {
  const json = globals.json === true || argv.includes('--json')
  const quiet = globals.quiet === true || argv.includes('--quiet')
  return createPrinter({
    mode: json ? 'json' : quiet ? 'quiet' : 'text',
    // getColorDepth follows NO_COLOR (no-color.org), FORCE_COLOR and TERM.
    color: globals.color !== false && process.stdout.isTTY === true && process.stdout.getColorDepth() > 1,
    stdout: process.stdout,
    stderr: process.stderr,
  })
}

/** Tells one error in its own words, and names its exit code. */
function report(error: unknown, printer: Printer): number {
  if (error instanceof CommanderError) {
    // Help and version are no faults, and are printed already.
    if (error.exitCode === 0) return EXIT.ok
    const [message = '', hint] = error.message.replace(/^error: /, '').split('\n')
    return report(new SupportError('usage', message, { hint: hint ?? 'supportmax --help' }), printer)
  }
  if (error instanceof SupportError) {
    printer.error(printer.mode === 'json' ? asJson(error) : asText(error))
    return EXIT[error.code]
  }
  printer.error(
    `supportmax: ${reasonOf(error)}\n  this is a fault of supportmax itself; please report it with the command that you typed`,
  )
  return EXIT.failed
}

function asText(error: SupportError): string {
  return `supportmax: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`
}

function asJson(error: SupportError): string {
  return JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint ?? null } })
}

/**
 * `supportmax up | head -1` closes our pipe early: the work goes on to its end, unseen. A full disk behind
 * `> file` loses the result, and that is a failure.
 */
function watchOutput(unread: AbortController): { lost: boolean } {
  const output = { lost: false }
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') unread.abort()
      else output.lost = true
    })
  return output
}

/** process.exit() would cut what a pipe has not taken yet. */
async function drained(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise(resolve => stream.write('', resolve))
  // Errors of the last write are told in the next turn.
  await new Promise(resolve => setImmediate(resolve))
}
