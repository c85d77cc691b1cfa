import { Command, CommanderError } from 'commander'
import { SupportError } from '../base/errors.ts'
import { packageVersion } from '../base/package-root.ts'
import { shellWord } from '../base/text/shell-word.ts'
import { didYouMean } from '../base/text/words.ts'
import type { CommandSpec } from './commands/spec.ts'
import type { Options } from './context.ts'

export type Execute = (spec: CommandSpec, globals: Options, args: string[], options: Options) => Promise<void>

export const DEFAULT_CONFIG = 'mcp_servers.json'

const EXIT_CODES = `
Exit codes: 0 ok, 1 failed, 2 usage or configuration error, 3 a required
program is missing or not responding, 4 denied by policy, 5 no model platform
available, 124 timed out, 130 interrupted`

/** Builds commander's program from the list of commands. Loads no command's code. */
export function buildProgram(commands: CommandSpec[], execute: Execute): Command {
  const program: Command = new Command('supportmax')
    .description(
      "Run each customer's MCP servers, check that they answer, and chat with an agent that uses them.",
    )
    .option('--config <file>', 'configuration file', DEFAULT_CONFIG)
    .option('--json', 'print JSON')
    .option('--quiet', 'print results and errors only')
    .option('--no-color', 'print without colors')
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    // `platforms` and `platforms explain` both have a --customer: an option belongs to the command that it follows.
    .enablePositionalOptions()
    .configureHelp({
      subcommandTerm,
      showGlobalOptions: true,
      // Not those of `serve`, which its subcommands do not have.
      visibleGlobalOptions: (command: Command) => (command.parent ? [...program.options] : []),
    })
    .addHelpText('after', EXIT_CODES)
  throwErrors(program)
  for (const spec of commands) addCommand(program, spec, execute)
  return program
}

/** `up [customers...]`, without the `[options]` that commander would add to every line. */
function subcommandTerm(command: Command): string {
  const parameters = command.registeredArguments.map(one => {
    const shown = one.name() + (one.variadic ? '...' : '')
    return one.required ? `<${shown}>` : `[${shown}]`
  })
  return [command.name(), ...parameters].join(' ')
}

/** A group's default command: `tools X` means `tools list X`. */
const DEFAULT_COMMANDS: Record<string, string> = { tools: 'list' }

function addCommand(program: Command, spec: CommandSpec, execute: Execute): void {
  const words = spec.usage.split(' ')
  const names = words.filter(word => /^[a-z]/.test(word))
  const parameters = words.slice(names.length)
  const [group = ''] = names
  const name = names.at(-1) ?? ''
  const parent = names.length === 2 ? groupCommand(program, group) : program
  const isDefault = names.length === 2 && DEFAULT_COMMANDS[group] === name
  const command = parent
    .enablePositionalOptions()
    .command(name, { isDefault })
    .description(spec.summary)
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
  for (const parameter of parameters) command.argument(parameter)
  for (const [flags, meaning] of spec.options ?? []) command.option(flags, meaning)
  if (spec.examples) command.addHelpText('after', examplesText(spec.examples))
  addGlobalOptions(command)
  throwErrors(command)
  command.action(async () => {
    const group = parent === program ? {} : typedOptions(parent)
    const globals = { ...program.opts(), ...group, ...typedOptions(command) }
    await execute(spec, globals, command.args, command.opts())
  })
}

function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map(one => `  supportmax ${one}`).join('\n')}`
}

/** The global options are also understood after the command's name, where people type them. */
function addGlobalOptions(command: Command): void {
  command.option('--config <file>').option('--json').option('--quiet').option('--no-color')
  for (const option of command.options.slice(-4)) option.hideHelp()
}

/** Only options that were typed: a default after the command's name must not undo a value before it. */
function typedOptions(command: Command): Options {
  return Object.fromEntries(
    Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
  )
}

function groupCommand(program: Command, name: string): Command {
  const found = program.commands.find(one => one.name() === name)
  if (found) return found
  const group = program
    .command(name)
    .description(GROUPS[name] ?? '')
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
  addGlobalOptions(group)
  throwErrors(group)
  return group
}

const GROUPS: Record<string, string> = {
  auth: 'sign in to external MCP servers, sign out, and show where you are signed in',
  audit: "verify, show or export the record of calls, or erase a person's name from it",
  customer: 'add, remove, rename or show a customer',
  server: "add, remove or show one of a customer's servers",
  config: 'check or migrate the configuration file, or print its JSON Schema',
  compose: 'generate the Docker Compose file',
  images: "build the images of supportmax's own MCP servers",
  policy: 'show which tool calls the policy allows, and why',
  token: 'create, list and revoke tokens for the gateway',
  secrets: 'list and check credentials, and decide where each may go',
  tools: "list, accept and call a customer's tools",
}

/** Keeps commander from printing errors and exiting: usage errors are thrown as ours, all others unchanged. */
function throwErrors(command: Command): void {
  command
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError()
    .exitOverride(error => {
      throw error.exitCode === 0 || isHelpWanted(error) ? error : usageError(error, command)
    })
}

/** Commander's `error: unknown command 'x'`, with `(Did you mean y?)` on a second line, in our own form. */
function usageError(error: CommanderError, command: Command): SupportError {
  const [first = '', second = ''] = error.message.replace(/^error: /, '').split('\n')
  const counts = /^too many arguments.* Expected (\d+) .* got (\d+)/.exec(first)
  // `serve` runs by itself, so that a mistyped subcommand looks like an argument of it.
  const [word] = command.args
  if (counts && word !== undefined && command.commands.length > 0) return unknownCommand(command, word)
  const message = counts ? `too many arguments: expected ${counts[1]}, got ${counts[2]}` : first
  const guess = second.replace(/^\(Did you mean (.*)\?\)$/, (_, names: string) => {
    return ` (did you mean ${/^one of /.test(names) ? names : `"${names}"`}?)`
  })
  const isOneMore = counts && Number(counts[2]) === Number(counts[1]) + 1
  return new SupportError('usage', message.replace(/'([^']*)'/g, '"$1"') + guess, {
    hint: `run \`${(isOneMore && withCustomer(command)) || `${pathOf(command)} --help`}\``,
  })
}

/** What was typed, with its last word as the customer, as other commands take it; undefined if that is not an option. */
function withCustomer(command: Command): string | undefined {
  const [words, last] = [command.args.slice(0, -1), command.args.at(-1)]
  const takesCustomer = command.options.some(one => one.long === '--customer')
  if (!takesCustomer || last === undefined || command.opts().customer !== undefined) return undefined
  return [pathOf(command), ...words.map(shellWord), '--customer', shellWord(last)].join(' ')
}

function unknownCommand(command: Command, word: string): SupportError {
  const guess = didYouMean(
    word,
    command.commands.map(one => one.name()),
  )
  const meant = guess === '' && command.args.length === 1 ? withCustomer(command) : undefined
  return new SupportError('usage', `unknown command "${word.slice(0, 60)}"${guess}`, {
    hint: `run \`${meant ?? `${pathOf(command)} --help`}\``,
  })
}

/** `supportmax tools call`. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

/** No command was typed, or only a group's name. */
export function isHelpWanted(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help'
}

/** Help for the group that was typed, else for the whole program. */
export function helpFor(program: Command, argv: string[]): string {
  const group = program.commands.find(one => argv.includes(one.name()))
  return (group ?? program).helpInformation()
}

/** The help of the command that these words name; of the whole program without words. Throws `usage`. */
export function helpOf(program: Command, words: readonly string[]): string {
  let command = program
  for (const word of words) {
    const next = command.commands.find(one => one.name() === word)
    if (!next) throw unknownCommand(command, word)
    command = next
  }
  let text = ''
  command.configureOutput({
    writeOut: part => {
      text += part
    },
  })
  // Unlike helpInformation(), with the texts that were added to it.
  command.outputHelp()
  return text.trimEnd()
}

export { CommanderError }
