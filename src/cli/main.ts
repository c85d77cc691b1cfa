// The only place that exits (bin and the mcps apart): words in, exit code out.

import { EXIT, reasonOf, SupportError } from '../base/errors.ts'
import { redact } from '../base/redact.ts'
import { COMMANDS } from './commands/index.ts'
import type { Context, Options } from './context.ts'
import { createPrinter, type Printer } from './print.ts'
import { buildProgram, CommanderError } from './program.ts'
import type { CommandSpec } from './spec.ts'

/** Runs one command line and ends the process with its exit code. */
export async function run(argv: string[]): Promise<void> {
  ignoreClosedPipes()
  const interrupted = new AbortController()
  const stop = (signal: NodeJS.Signals) => {
    // A second Ctrl+C does not wait for anything.
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted)
    interrupted.abort(new SupportError('interrupted', `interrupted (${signal})`))
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  let printer = printerFor({}, argv)
  let code: number = EXIT.ok
  const program = buildProgram(COMMANDS, async (spec, globals, args, options) => {
    printer = printerFor(globals, argv)
    code = (await start(spec, { globals, args, options, printer, signal: interrupted.signal })) ?? EXIT.ok
  })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    code = interrupted.signal.aborted ? EXIT.interrupted : report(error, printer)
    if (interrupted.signal.aborted) printer.error('supportmax: interrupted')
  }
  await drained()
  process.exit(code)
}

interface Call {
  globals: Options
  args: string[]
  options: Options
  printer: Printer
  signal: AbortSignal
}

async function start(spec: CommandSpec, { globals, args, options, printer, signal }: Call) {
  const config = String(globals.config)
  const context: Context = {
    config,
    print: printer,
    signal,
    async open(runtime) {
      const { openApp } = await import('../app.ts')
      const { problemText } = await import('../config/document/problems.ts')
      const app = openApp({ config, runtime })
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
    // Commander has printed its own line already; help and version are no faults.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
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

/** `supportmax status | head -1` closes our pipe early: that is no error of anyone's. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.ok)
      throw new Error(redact(error.message))
    })
}

/** process.exit() would cut what a pipe has not taken yet. */
async function drained(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    if (stream.writableLength > 0) await new Promise(resolve => stream.write('', resolve))
}
