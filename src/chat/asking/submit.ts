import type { ChatContext, SlashCommand } from '../commands/command.ts'
import { parseLine, type TypedLine } from '../commands/parse.ts'
import type { ViewStore } from '../view/store.ts'
import type { ChatCustomer } from '../view/view.ts'
import type { Hold } from './hold.ts'
import type { Questions } from './questions.ts'

interface Submitting {
  context: ChatContext
  store: ViewStore
  questions: Questions
  hold: Hold
  sayChange(): void
  /** A command may have changed what the status line tells. */
  tellStanding(): void
}

/** Asks, or runs a command. Returns why it did not, if the line is to stay in the prompt. */
export function submitLine(
  text: string,
  shown: string,
  { context, store, questions, hold, sayChange, tellStanding }: Submitting,
): string | undefined {
  if (!text.trim()) return undefined
  const typed = parseLine(text, context.project.customers)
  if (isQuestion(typed) && hold.keeps(text)) return keptText(store.view().customer)
  if (typed.kind === 'question') {
    if (questions.isRunning()) return 'a question is still running; press Esc to cancel it'
    sayChange()
    void questions.ask(typed.text, { shown })
    return undefined
  }
  if (!isQuestion(typed)) store.dispatch({ type: 'command', text: shown.trim() })
  if (typed.kind !== 'command' || typed.command.name !== 'reload') sayChange()
  if (typed.kind === 'command') void run(typed.command, typed.rest, context).then(tellStanding)
  else {
    store.note(typed.reason, 'warn', typed.hint)
    if (typed.mayBeSwitch) hold.begin()
  }
  return undefined
}

function isQuestion(typed: TypedLine): boolean {
  if (typed.kind === 'command') return typed.command.isQuestion === true && typed.rest !== ''
  return typed.kind === 'question'
}

function keptText({ name, production }: ChatCustomer): string {
  const who = `${name}${production ? ' PROD' : ''}`
  return `not sent: this chat is still with ${who}; press Enter again to ask ${who}`
}

async function run(command: SlashCommand, rest: string, context: ChatContext): Promise<void> {
  try {
    await command.run(context, rest)
  } catch (error) {
    context.showError(error)
  }
}
