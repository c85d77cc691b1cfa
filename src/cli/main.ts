// The only place that exits the process, apart from bin and the mcps: words in, exit code out.

import { EXIT, SupportError } from '../base/errors.ts'
import { commandName } from '../base/package-root.ts'
import { shellWord } from '../base/text/shell-word.ts'
import { finishedWork } from '../base/waiting/unfinished.ts'
import type { UserSettings } from '../config/settings/user.ts'
import { COMMANDS } from './commands/index.ts'
import type { CommandSpec } from './commands/spec.ts'
import type { Context, Options } from './context.ts'
import { createPrinter, type Printer } from './print/printer.ts'
import { buildProgram, CommanderError, DEFAULT_CONFIG, helpFor, helpOf, isHelpWanted } from './program.ts'
import { openLateWarnings } from './warnings.ts'

/** Runs one command line and ends the process with its exit code. */
export async function runCommandLine(argv: string[]): Promise<void> {
  if (argv[2] === COMPLETE) return complete(argv.slice(3))
  const unread = new AbortController()
  const output = watchOutput(unread)
  const interrupted = stopOnSignals()
  let printer = printerFor({}, argv)
  let code: number = EXIT.ok
  const program = buildProgram(COMMANDS, async (spec, globals, args, options) => {
    const settings = await userSettings()
    printer = printerFor(settings.color === false ? { ...globals, color: false } : globals, argv)
    code =
      (await runCommand(spec, {
        globals,
        args,
        options,
        printer,
        settings,
        signal: interrupted,
        unread: unread.signal,
        help: words => helpOf(program, words),
      })) ?? EXIT.ok
  })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (isHelpWanted(error)) {
      printer.result(helpFor(program, argv).trimEnd())
      code = EXIT.usage
    } else {
      code = await reportError(interrupted.aborted ? interruptionIn(error) : error, printer)
    }
  }
  await finishedWork()
  await drained()
  if (output.lost && code === EXIT.ok) code = EXIT.failed
  process.exit(code)
}

/** What the scripts of `supportmax completion` call: before everything else, since a person waits at each key. */
const COMPLETE = '__complete'

/** Loads the settings library only if there is a settings file. */
async function userSettings(): Promise<UserSettings> {
  const { readUserSettings } = await import('../config/settings/user.ts')
  const { readEnvironment } = await import('../config/env.ts')
  return readUserSettings(readEnvironment().configHome)
}

async function complete([shell = '', , ...words]: string[]): Promise<void> {
  const { answerText } = await import('./commands/completion/answer.ts')
  const text = await answerText(shell, words)
  if (text !== '') process.stdout.write(`${text}\n`)
}

/** Whatever error an interrupted command reports, the interruption caused it; some say what it left behind. */
function interruptionIn(error: unknown): SupportError {
  const isTold = error instanceof SupportError && error.message.startsWith('interrupted: ')
  return isTold ? error : new SupportError('interrupted', 'interrupted')
}

/** The first signal asks for an orderly end with cleanup; the third quits without waiting for it. */
function stopOnSignals(): AbortSignal {
  const interrupted = new AbortController()
  let count = 0
  const stop = (signal: NodeJS.Signals) => {
    if (++count === 1) interrupted.abort(new SupportError('interrupted', `interrupted (${signal})`))
    else if (count === 2)
      process.stderr.write(
        'supportmax: still cleaning up; press Ctrl+C again to quit now and leave things running\n',
      )
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
  help: Context['help']
  settings: UserSettings
}

async function runCommand(
  spec: CommandSpec,
  { globals, args, options, printer, settings, signal, unread, help }: Call,
) {
  const config = String(globals.config)
  if (config === '')
    throw new SupportError('usage', '--config: must not be empty', {
      hint: `name a file, or leave it out (default: ${DEFAULT_CONFIG})`,
    })
  // Measuring columns takes libraries that commands without an app do not need.
  let texts: typeof import('./error-text.ts') | undefined
  const late = openLateWarnings(({ message, hint }) => {
    const warning = { message: `warning: ${message}`, hint }
    printer.note(texts?.explainedText(warning, printer.noteLayout) ?? warning.message)
  })
  const context: Context = {
    config,
    print: printer,
    late,
    settings,
    signal,
    unread,
    help,
    async open(runtime) {
      const { openApp } = await import('../app.ts')
      texts = await import('./error-text.ts')
      const app = openApp({
        config,
        runtime,
        preferred: settings.runtime,
        warn: (message, hint) => late.add({ message, hint }),
        signal,
      })
      for (const problem of [...app.warnings, ...app.credentials.warnings])
        late.add(texts.locatedProblem(problem))
      return app
    },
  }
  const { run } = await spec.load()
  return run(context, args, options)
}

function printerFor(globals: Options, argv: string[]): Printer {
  const json = globals.json === true || argv.includes('--json')
  const quiet = globals.quiet === true || argv.includes('--quiet')
  return createPrinter({
    mode: json ? 'json' : quiet ? 'quiet' : 'text',
    color: globals.color !== false,
    command: commandFor(globals.config),
    stdout: process.stdout,
    stderr: process.stderr,
  })
}

/** Hints must lead to the same configuration. */
function commandFor(config: Options[string]): string {
  if (typeof config !== 'string' || config === DEFAULT_CONFIG) return commandName()
  return `${commandName()} --config ${shellWord(config)}`
}

/** Prints one error and returns its exit code. */
async function reportError(error: unknown, printer: Printer): Promise<number> {
  // Commander throws after printing help or the version.
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
  if (error instanceof SupportError && printer.mode === 'json') printer.error(errorJson(error))
  else {
    // Loaded here: measuring columns takes libraries that --help does not need.
    const { errorText } = await import('./error-text.ts')
    printer.error(errorText(error instanceof Error ? error : new Error(String(error)), printer.noteLayout))
  }
  return error instanceof SupportError ? EXIT[error.code] : EXIT.failed
}

function errorJson({ code, message, hint }: SupportError): string {
  return JSON.stringify({ error: { code, message, hint: hint ?? null } })
}

/**
 * `supportmax up | head -1` closes our pipe early: the work still runs to its end, without output. A full disk behind
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

/** process.exit() would discard what a pipe has not taken yet. */
async function drained(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise(resolve => stream.write('', resolve))
  // Errors of the last write arrive in the next turn of the event loop.
  await new Promise(resolve => setImmediate(resolve))
}
