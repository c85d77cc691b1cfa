// What a submitted line means. A line that was meant for the chat must never reach a model: it would cost money, and
// after a switch that did not happen the next question would go to the wrong customer.

import { didYouMean, nearest } from '../../base/text/words.ts'
import type { SlashCommand } from './command.ts'
import { commandFor, commandsBeginningWith } from './find.ts'
import { COMMANDS } from './index.ts'
import { type KnownCustomer, wantedCustomer } from './wanted-customer.ts'

export type TypedLine =
  | { kind: 'question'; text: string }
  | { kind: 'command'; command: SlashCommand; rest: string }
  | RefusedLine

/** Neither sent nor run. */
interface RefusedLine {
  kind: 'refused'
  reason: string
  hint: string
  /** Whether the person may believe now that another customer is on the screen. */
  mayBeSwitch: boolean
}

/** What a line means. */
export function parseLine(line: string, customers: readonly KnownCustomer[]): TypedLine {
  // Pasted text can begin with characters that nobody sees.
  const text = line.replace(/^[\s\u200b-\u200f\u2060\ufeff]+/, '').trimEnd()
  if (/^[/／∕⁄]/.test(text)) return slashLine(text, customers)
  return bareWord(text) ?? wantedSwitch(text, customers) ?? { kind: 'question', text: line }
}

/** A slash in front: a command, a path, or `//` for a question that begins with a slash. */
function slashLine(text: string, customers: readonly KnownCustomer[]): TypedLine {
  const [, , rest = ''] = text.match(/^([/／∕⁄])\s*([\s\S]*)$/) ?? []
  if (/^[/／∕⁄]/.test(rest))
    return (
      wantedSwitch(rest.slice(1), customers) ??
      doubledSlash(rest.slice(1)) ?? { kind: 'question', text: rest }
    )
  if (/^[?？]*$/.test(rest)) return { kind: 'command', command: commandNamed('help'), rest: '' }
  const [, typed = '', after = ''] = rest.match(/^([^\s:：=]*)([\s\S]*)$/) ?? []
  const word = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.,;!?…]+$/, '')
  if (isPath(word)) return { kind: 'question', text }
  const command = commandFor(word)
  return command ? commandLine(command, after.replace(/^[\s:：=]+/, '')) : unknown(word)
}

/** `//help` of a person who meant `/help`; with a question mark it is a question. */
function doubledSlash(text: string): RefusedLine | undefined {
  const [, word = ''] = text.match(/^([a-z]+)(?=\s|$)/i) ?? []
  const name = word.toLowerCase()
  const command = COMMANDS.find(one => one.name === name || one.alias === name)
  if (!command || /[?？]$/.test(text)) return undefined
  const hint = `type \`${command.usage}\` to run the command, or end with a question mark to ask`
  return refused(`not sent: "//${name}" is a command with one slash too many`, hint, name === 'customer')
}

/** `/var/log`, `/*`: no command looks like that. But `/customer/segura` was meant as one. */
function isPath(word: string): boolean {
  const [first = '', ...more] = word.split('/')
  if (!/^\p{L}/u.test(first)) return first !== ''
  return more.length > 0 && commandFor(first) === undefined && nearestCommand(first) === undefined
}

function commandLine(command: SlashCommand, argument: string): TypedLine {
  const rest = argument.trim()
  const { name, usage, isQuestion = false } = command
  if (rest.includes('\n') && !isQuestion)
    return refused(`/${name} takes one line`, `type \`${usage}\` on a line of its own`, true)
  // `/up segura` would start the servers of the customer on the screen.
  if (rest !== '' && usage === `/${name}`)
    return refused(
      `/${name} takes no argument: it is about the customer on the screen`,
      `type \`/${name}\` alone; \`/customer NAME\` switches first`,
      true,
    )
  return { kind: 'command', command, rest }
}

function unknown(word: string): RefusedLine {
  const matches = commandsBeginningWith(word).map(one => `/${one.name}`)
  if (matches.length > 0)
    return refused(`/${word} is ambiguous: ${matches.join(', ')}`, 'type more of it', true)
  const known = COMMANDS.map(one => `/${one.name}`)
  const hint = `type \`/help\` to list the commands, or begin with \`//\` to ask a question`
  return refused(`unknown command /${word}${didYouMean(`/${word.split('/', 1)[0]}`, known)}`, hint, true)
}

const LEAVING = new Set(['exit', 'quit', 'q', ':q', ':q!', ':wq', ':x', 'bye', 'logout'])
const HELPING = new Set(['help', 'h', '?', ':h', ':help', '-h', '--help'])

/** One word that asks nothing, such as `exit`. */
function bareWord(text: string): TypedLine | undefined {
  const word = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.;()]+$/, '')
  if (LEAVING.has(word)) return { kind: 'command', command: commandNamed('quit'), rest: '' }
  if (HELPING.has(word)) return { kind: 'command', command: commandNamed('help'), rest: '' }
  const [, mark = '', name = ''] = word.match(/^([\\:!.|]?)\s*([a-z]+)(?=$|\s)/) ?? []
  const command = COMMANDS.find(one => one.name === name)
  // With a mark in front, words may follow: `\status`, `:customer segura`.
  if (!command || (mark === '' && word !== name)) return undefined
  const hint = `type \`${command.usage}\` to run the command, or ask in a sentence`
  const why =
    mark === '' ? `"${name}" is a command without its slash` : `commands begin with "/", not "${mark}"`
  return refused(`not sent: ${why}`, hint, name === 'customer')
}

/** A switch in words, such as `customer segura`; with a question mark it is a question. */
function wantedSwitch(text: string, customers: readonly KnownCustomer[]): RefusedLine | undefined {
  const wanted = wantedCustomer(text, customers)
  if (!wanted) return undefined
  const hint = `type \`/customer ${wanted.id}\` to switch, or end with a question mark to ask`
  return refused(`not sent: "${text.slice(0, 60)}" does not switch the customer`, hint, true)
}

function refused(reason: string, hint: string, mayBeSwitch: boolean): RefusedLine {
  return { kind: 'refused', reason, hint, mayBeSwitch }
}

function commandNamed(name: 'help' | 'quit'): SlashCommand {
  const found = COMMANDS.find(one => one.name === name)
  if (!found) throw new Error(`no command ${name}`)
  return found
}

function nearestCommand(word: string): string | undefined {
  const known = COMMANDS.map(one => one.name)
  return word.length < 3 ? undefined : nearest(word, known)
}
