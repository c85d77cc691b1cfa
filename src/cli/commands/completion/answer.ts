// Completes a command line. Executes and connects nothing, and loads neither the schema nor a library.

import { resolve } from 'node:path'
import { readEnvironment } from '../../../config/env.ts'
import { type Outline, outlineOf, typeNames } from '../../../config/outline/outline.ts'
import { settingNames, USER_SETTINGS } from '../../../config/settings/user.ts'
import { COMMANDS } from '../index.ts'
import type { CommandSpec } from '../spec.ts'

/** One thing that could come next. */
interface Completion {
  word: string
  /** Shown by shells that can. */
  meaning: string
}

interface Line {
  /** Complete words before the one that is typed. */
  before: string[]
  /** The beginning of the word, perhaps empty. */
  typed: string
  config: string
}

const GLOBALS: NonNullable<CommandSpec['options']> = [
  ['--config <file>', 'configuration file'],
  ['--json', 'print JSON'],
  ['--quiet', 'print results and errors only'],
  ['--no-color', 'print without colors'],
  ['--help', 'show help'],
]

/** The candidates; empty where a file is wanted, or nothing is known. The last of `words` is the one that is typed. */
export async function candidatesFor(words: readonly string[]): Promise<Completion[]> {
  const before = words.slice(0, -1)
  const typed = words.at(-1) ?? ''
  const config = before[before.lastIndexOf('--config') + 1]
  const line = { before, typed, config: before.includes('--config') && config ? config : 'mcp_servers.json' }
  const fits = (one: Completion) => one.word.startsWith(typed) && SAFE.test(one.word)
  return (await answer(line)).filter(fits)
}

/** Names of servers and tools come from elsewhere, and a shell evaluates what it completes. */
const SAFE = /^[\p{L}\p{N}_.:/@=,+-]+$/u

async function answer(line: Line): Promise<Completion[]> {
  const { spec, names, operands, open } = parsed(line)
  if (open !== undefined) return valuesOf(open, operands, line)
  if (line.typed.startsWith('-')) return optionsOf(spec)
  if (names[0] === 'help') return commandsAfter(operands)
  if (names.join(' ') === 'settings set' && operands.length === 0)
    return settingNames().map(word => ({ word, meaning: USER_SETTINGS[word].meaning }))
  if (!spec) return operands.length === 0 ? commandsAfter(names) : []
  const parameters = spec.usage.split(' ').filter(word => /^[<[]/.test(word))
  const parameter =
    parameters[operands.length] ?? (parameters.at(-1)?.includes('...') ? parameters.at(-1) : undefined)
  const inner = operands.length === 0 ? commandsAfter(names) : []
  return [...inner, ...(parameter === undefined ? [] : await valuesOf(parameter, operands, line))]
}

interface Parsed {
  /** The words of the command. */
  names: string[]
  spec: CommandSpec | undefined
  /** Its arguments so far. */
  operands: string[]
  /** The option, such as `--customer <name>`, whose value is typed now. */
  open: string | undefined
}

function parsed({ before }: Line): Parsed {
  const names: string[] = []
  const operands: string[] = []
  let open: string | undefined
  for (const word of before) {
    const spec = specOf(names)
    const option = word.startsWith('-') ? optionNamed(spec, word) : undefined
    if (word.startsWith('-')) open = option?.includes('<') ? option : undefined
    else if (open !== undefined) open = open.includes('...') ? open : undefined
    else if (operands.length === 0 && commandsAfter(names).some(one => one.word === word)) names.push(word)
    else operands.push(word)
  }
  return { names, spec: specOf(names), operands, open }
}

function namesOf({ usage }: CommandSpec): string[] {
  return usage.split(' ').filter(word => /^[a-z]/.test(word))
}

/** `tools acme` means `tools list acme`. */
function specOf(names: readonly string[]): CommandSpec | undefined {
  const wanted = names.join(' ')
  const exact = COMMANDS.find(one => namesOf(one).join(' ') === wanted)
  return (
    exact ?? (wanted === 'tools' ? COMMANDS.find(one => namesOf(one).join(' ') === 'tools list') : undefined)
  )
}

function commandsAfter(names: readonly string[]): Completion[] {
  const inside = COMMANDS.filter(one => names.every((name, at) => namesOf(one)[at] === name))
  const found = inside.flatMap(one => {
    const word = namesOf(one)[names.length]
    if (word === undefined) return []
    return [{ word, meaning: namesOf(one).length === names.length + 1 ? one.summary : '' }]
  })
  return [...new Map(found.map(one => [one.word, one])).values()]
}

function optionNamed(spec: CommandSpec | undefined, word: string): string | undefined {
  return [...(spec?.options ?? []), ...GLOBALS]
    .map(([flags]) => flags)
    .find(flags => flagsIn(flags).includes(word))
}

function flagsIn(flags: string): string[] {
  return flags.split(/[ ,]+/).filter(part => part.startsWith('-'))
}

function optionsOf(spec: CommandSpec | undefined): Completion[] {
  return [...(spec?.options ?? []), ...GLOBALS].map(([flags, meaning]) => ({
    word: flagsIn(flags).at(-1) ?? flags,
    meaning,
  }))
}

/** Values of a parameter, such as `<customer>`, or of an option, such as `--customer <name>`. */
async function valuesOf(
  parameter: string,
  operands: readonly string[],
  { config }: Line,
): Promise<Completion[]> {
  const [flag = ''] = flagsIn(parameter).slice(-1)
  const fixed = FIXED[flag] ?? FIXED[parameter]
  if (fixed) return fixed.map(word => ({ word, meaning: '' }))
  if (flag === '--customer' || /^.customers?(\.\.\.)?.$/.test(parameter))
    return customersIn(outlineOf(config))
  if (flag === '--type') return typeNames(config).map(word => ({ word, meaning: 'type' }))
  if (flag === '--platform') return outlineOf(config).platforms.map(word => ({ word, meaning: 'platform' }))
  if (parameter === '<server>' || parameter === '[server]') return serversOf(config, operands)
  if (parameter === '[client]' || parameter === '<client>') return clientsKnown()
  if (parameter === '[token]') return tokensOf(config)
  if (parameter === '[tool]') return toolsOf(config, operands)
  return []
}

const FIXED: Record<string, string[]> = {
  '--runtime': ['auto', 'docker', 'local'],
  '--access': ['read-only', 'read-write'],
  '--role': ['read-only', 'read-write'],
  '--transport': ['streamable-http', 'sse'],
  '--by': ['customer', 'platform', 'model', 'day', 'month'],
  '<shell>': ['bash', 'zsh', 'fish'],
}

function customersIn({ customers }: Outline): Completion[] {
  return customers.map(({ id, name }) => ({ word: id, meaning: name }))
}

/** The customer is the word before. */
function serversOf(config: string, operands: readonly string[]): Completion[] {
  const found = customerOf(config, operands.at(-1) ?? '')
  return (found?.servers ?? []).map(word => ({ word, meaning: `server of ${found?.name}` }))
}

async function toolsOf(
  config: string,
  [customer = '', server = '']: readonly string[],
): Promise<Completion[]> {
  const { knownTools } = await import('../../../stack/state/known-tools.ts')
  const id = customerOf(config, customer)?.id ?? customer
  const { keptFolderOf } = await import('../../../stack/state/folder.ts')
  const folder = keptFolderOf(resolve(config), readEnvironment().stateHome)
  const tools = folder === undefined ? [] : (knownTools(folder)[`${id}/${server}`] ?? [])
  return tools.map(word => ({ word, meaning: `tool of ${server}` }))
}

async function clientsKnown(): Promise<Completion[]> {
  const { CLIENTS } = await import('../../../exporters/clients/clients.ts')
  return CLIENTS.map(({ id, title }) => ({ word: id, meaning: title }))
}

async function tokensOf(config: string): Promise<Completion[]> {
  const { readTokens, tokenFileIn } = await import('../../../access/tokens/file.ts')
  const { keptFolderOf } = await import('../../../stack/state/folder.ts')
  const folder = keptFolderOf(resolve(config), readEnvironment().stateHome)
  try {
    const tokens = folder === undefined ? [] : readTokens(tokenFileIn(folder))
    return tokens.map(({ id, name, customer }) => ({ word: id, meaning: `${name} of ${customer}` }))
  } catch {
    return []
  }
}

function customerOf(config: string, word: string): Outline['customers'][number] | undefined {
  const wanted = word.toLowerCase()
  const { customers } = outlineOf(config)
  return (
    customers.find(one => one.id === wanted || one.name.toLowerCase() === wanted) ??
    customers.find(one => one.id.startsWith(wanted) || one.name.toLowerCase().startsWith(wanted))
  )
}

/** As each shell's script reads it: one candidate on a line. */
export async function answerText(shell: string, words: readonly string[]): Promise<string> {
  const found = await candidatesFor(words)
  return found
    .map(({ word, meaning }) => {
      const said = meaning.replace(/\s+/g, ' ')
      if (shell === 'fish') return `${word}\t${said}`
      return shell === 'zsh' ? `${word.replaceAll(':', '\\:')}${said && `:${said}`}` : word
    })
    .join('\n')
}
