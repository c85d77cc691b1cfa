import { Command, CommanderError } from 'commander'
import { packageVersion } from '../base/package-root.ts'
import type { Options } from './context.ts'
import type { CommandSpec } from './spec.ts'

export type Execute = (spec: CommandSpec, globals: Options, args: string[], options: Options) => Promise<void>

const AFTERWORD = `
Exit codes: 0 ok, 1 the work failed, 2 usage or configuration, 3 a program or engine is missing,
4 refused by policy, 5 no model platform, 124 deadline, 130 interrupted.`

/** Commands as data -> commander. Nothing of a command's work is loaded here. */
export function buildProgram(commands: CommandSpec[], execute: Execute): Command {
  const program = new Command('supportmax')
    .description("Each customer's MCP servers: start them, know that they answer, and ask them.")
    .option('--config <file>', 'configuration file', 'mcp_servers.json')
    .option('--json', 'print JSON')
    .option('--quiet', 'print results and errors only')
    .option('--no-color', 'no colours')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addHelpText('after', AFTERWORD)
    .showSuggestionAfterError()
    .configureOutput({ writeErr: () => {} }) // main.ts tells faults, in words or in JSON
    .exitOverride()
  for (const spec of commands) addCommand(program, spec, execute)
  return program
}

/** A word that stands alone as well as in front of others: `tools X` is `tools list X`. */
const SHORT_FORMS: Record<string, string> = { tools: 'list' }

function addCommand(program: Command, spec: CommandSpec, execute: Execute): void {
  const words = spec.usage.split(' ')
  const names = words.filter(word => /^[a-z]/.test(word))
  const args = words.slice(names.length)
  const parent = names.length === 2 ? group(program, names[0] ?? '') : program
  const name = names.at(-1) ?? ''
  const command = parent
    .command(name, { isDefault: names.length === 2 && SHORT_FORMS[names[0] ?? ''] === name })
    .description(spec.summary)
  for (const arg of args) command.argument(arg)
  for (const [flags, meaning] of spec.options ?? []) command.option(flags, meaning)
  // The global options are also understood behind the command's name, where people type them.
  command.option('--config <file>').option('--json').option('--quiet').option('--no-color')
  for (const option of command.options.slice(-4)) option.hideHelp()
  command
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
    .showSuggestionAfterError()
  command.action(async () => {
    const given = command.args
    await execute(spec, { ...program.opts(), ...set(command) }, given, command.opts())
  })
}

/** Options of this command that were really typed: a default behind must not undo a value in front. */
function set(command: Command): Options {
  return Object.fromEntries(
    Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
  )
}

function group(program: Command, name: string): Command {
  const found = program.commands.find(one => one.name() === name)
  return (
    found ??
    program
      .command(name)
      .description(GROUPS[name] ?? '')
      .exitOverride()
      .showSuggestionAfterError()
  )
}

const GROUPS: Record<string, string> = {
  config: 'check the configuration',
  compose: 'the compose file',
  images: 'images of our own servers',
  tools: "a customer's tools",
}

export { type Command, CommanderError }
