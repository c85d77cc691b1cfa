import type { ChatContext } from '../commands/command.ts'
import { parseLine, type TypedLine } from '../commands/parse.ts'
import type { RunningCommands } from '../commands/running.ts'
import type { ViewStore } from '../view/store.ts'
import type { ChatCustomer } from '../view/view.ts'
import type { Hold } from './hold.ts'
import type { Questions } from './questions.ts'
import type { Queue } from './queue.ts'
import { asksBeforeSending } from './sending.ts'
import type { Waiting } from './waiting/waiting.ts'

interface Submitting {
  context: ChatContext
  running: RunningCommands
  store: ViewStore
  questions: Questions
  dialogs: Waiting
  hold: Hold
  queue: Queue
  sayChange(): void
  /** A command may have changed what the status line tells. */
  tellStanding(): void
}

/** Asks, runs a command, or queues either while a question is running. Returns why it did not, if the line is to stay in the prompt. */
export function submitLine(text: string, shown: string, submitting: Submitting): string | undefined {
  const { context, store, questions, dialogs, hold, queue } = submitting
  if (!text.trim()) return undefined
  const typed = parseLine(text, context.project.customers)
  if (isQuestion(typed) && hold.keeps(text)) return keptText(store.view().customer)
  const [dialog] = store.view().dialogs
  if (dialog && isForLater(typed))
    return `not sent: ${dialog.kind === 'call' ? 'a call waits for your approval' : 'the chat waits for your answer'}`
  if (questions.isRunning() && isForLater(typed)) {
    if (ANSWER.test(text)) return `not sent: no call waits for "${text.trim()}"`
    queue.add(text, shown)
    return undefined
  }
  // Typed for a dialog of the customer before, such as an approval that a switch has ended.
  const isFirst = context.session.story(context.customer().id).length === 0
  if (isQuestion(typed) && isFirst && ANSWER.test(text)) return `not sent: no call waits for "${text.trim()}"`
  const now = () => act(typed, shown, submitting)
  // /retry may have begun another question by the time of the yes.
  const later = () => (questions.isRunning() ? queue.add(text, shown) : now())
  const sending = { store, waiting: dialogs, customers: context.project.customers }
  if (!isQuestion(typed) || !asksBeforeSending({ text, shown }, sending, later)) now()
  return undefined
}

function act(
  typed: TypedLine,
  shown: string,
  { context, running, store, questions, hold, queue, sayChange, tellStanding }: Submitting,
): void {
  if (typed.kind === 'question') {
    sayChange()
    void questions.ask(typed.text, { shown })
    return
  }
  if (!isQuestion(typed)) store.dispatch({ type: 'command', text: shown.trim() })
  if (typed.kind !== 'command' || typed.command.name !== 'reload') sayChange()
  if (typed.kind === 'command')
    void running.run(typed.command, typed.rest, context).then(tellStanding).then(queue.sendNext)
  else {
    store.note(typed.reason, 'warn', typed.hint)
    if (typed.mayBeSwitch) hold.begin()
  }
}

/** Whether a line is meant for the chat, as a command: it must never reach a model, not even as the reason of a no. */
export function isForChat(text: string, customers: Parameters<typeof parseLine>[1]): boolean {
  return parseLine(text, customers).kind !== 'question'
}

function isQuestion(typed: TypedLine): boolean {
  if (typed.kind === 'command') return typed.command.isQuestion === true && typed.rest !== ''
  return typed.kind === 'question'
}

/** Meant for a dialog that is not there yet, or not any more. */
const ANSWER = /^\s*(y|yes|n|no|t|t destructive)\s*$/i

function isForLater(typed: TypedLine): boolean {
  return isQuestion(typed) || (typed.kind === 'command' && typed.command.waits === true)
}

function keptText({ name, production }: ChatCustomer): string {
  const who = `${name}${production ? ' PROD' : ''}`
  return `not sent: this chat is still with ${who}; press Enter again to ask ${who}`
}
