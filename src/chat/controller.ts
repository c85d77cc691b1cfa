import type { Session, Switched } from '../agent/session.ts'
import { reasonOf } from '../base/errors.ts'
import type { Customer, Project } from '../config/project.ts'
import { selectCustomer } from '../config/select.ts'
import { openDialogs } from './dialogs.ts'
import { costText, type PlatformWork, wished } from './platforms.ts'
import { type CommandName, parseLine } from './typing/commands.ts'
import { inChat } from './view/hint.ts'
import { reduce } from './view/reduce.ts'
import { type ChatCustomer, type ChatEvent, firstView, type Tone, type View } from './view/view.ts'
import {
  chatCustomer,
  customerList,
  helpText,
  publishedOf,
  type StatusLine,
  statusText,
  toolText,
  unknownText,
} from './words.ts'

export interface ChatWork {
  session: Session
  project: Project
  /** Whom the chat opens with. */
  customer: Customer
  status(customer: Customer, signal: AbortSignal): Promise<StatusLine[]>
  /** Starts what is stopped; `say` gets a line for each thing worth knowing. */
  up(customer: Customer, say: (text: string) => void, signal: AbortSignal): Promise<void>
  platforms: PlatformWork
  /** What /quit does, for /help; default: `leave; servers go on running`. */
  leaving?: string
}

/** What the screen reads and what the keys do. No terminal in here. */
export interface Controller {
  view(): View
  subscribe(listener: () => void): () => void
  /** Connects to the first customer in the background. */
  start(): void
  /** False where the line was not taken (a question is running): it stays in the prompt. `shown` stands for it. */
  submit(text: string, shown?: string): boolean
  /** Esc: the dialog is answered No, else the question is cancelled. False where there was nothing to cancel. */
  cancel(): boolean
  answer(dialog: number, allowed: boolean): void
  /** A key came. Dialogs wait until the person has stopped typing something else. */
  typed(): void
  note(text: string, tone?: Tone): void
  quit(): void
  /** Settles when the person leaves. */
  readonly left: Promise<void>
}

export function openController(work: ChatWork): Controller {
  const { session, project } = work
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const left = Promise.withResolvers<void>()
  let view = firstView(chatCustomer(work.customer))
  let questions = 0
  let running: AbortController | undefined

  function dispatch(event: ChatEvent): void {
    view = reduce(view, event)
    for (const listener of listeners) listener()
  }
  const dialogs = openDialogs(dispatch, () => view.customer.id)
  const note = (text: string, tone: Tone = 'info') => dispatch({ type: 'note', tone, text })

  async function ask(text: string, shown: string, isCritical = false): Promise<void> {
    const question = ++questions
    const own = new AbortController()
    running = own
    const customerId = view.customer.id
    dispatch({ type: 'asked', question, text: shown })
    const approve = dialogs.approver(question, customerId)
    for await (const event of session.ask({ customerId, text, isCritical, signal: own.signal, approve }))
      dispatch({ type: 'agent', question, event })
    if (running === own) running = undefined
    dialogs.close(question)
  }

  async function publish({ id }: ChatCustomer, switching: Promise<Switched>): Promise<void> {
    const switched = await switching
    if (switched.ok) return dispatch({ type: 'published', customer: id, set: publishedOf(switched.toolset) })
    const { reason, hint } = switched
    if (reason === 'called off') return
    const old = project.customers.find(one => one.id === session.current()?.customer.id)
    dispatch({ type: 'switch-failed', customer: id, reason, hint, back: old && chatCustomer(old) })
  }

  function goTo(customer: Customer): void {
    dialogs.close()
    const to = chatCustomer(customer)
    dispatch({ type: 'switching', customer: to })
    void publish(to, session.switchTo(customer.id, closing.signal))
  }

  async function up(customer: Customer): Promise<void> {
    note('starting what is stopped …')
    await work.up(customer, text => view.customer.id === customer.id && note(text), closing.signal)
    if (view.customer.id !== customer.id) return
    const { signal } = closing
    const isOpen = session.current()?.customer.id === customer.id
    await publish(view.customer, isOpen ? session.refresh(signal) : session.switchTo(customer.id, signal))
  }

  async function status(customer: Customer): Promise<void> {
    const lines = await work.status(customer, closing.signal)
    if (view.customer.id === customer.id) note(statusText(lines))
  }

  const current = () => selectCustomer(project, view.customer.id)
  const commands: Record<CommandName, (rest: string) => unknown> = {
    customer: rest => (rest ? goTo(selectCustomer(project, rest)) : note(customerList(project))),
    tools: () => note(toolText(session.current())),
    status: () => status(current()),
    up: () => up(current()),
    critical(rest) {
      if (!rest) return note('/critical QUESTION: several platforms answer it, and are compared', 'warn')
      if (view.asking !== undefined) return note('a question is running; Esc cancels it', 'warn')
      return ask(rest, rest, true)
    },
    platform: rest => note(wished(work.platforms, view.customer.id, 'platform', rest)),
    model: rest => note(wished(work.platforms, view.customer.id, 'model', rest)),
    cost: () => note(costText(work.platforms.turnsToday(view.customer.id), session.conversation())),
    clear() {
      session.clear()
      note(`the conversation with ${view.customer.name} is forgotten`)
    },
    help: () => note(helpText(work.leaving)),
    quit,
  }

  async function command(name: CommandName, rest: string): Promise<void> {
    try {
      await commands[name](rest)
    } catch (error) {
      const hint = (error as { hint?: string }).hint
      note(`${reasonOf(error)}${hint ? ` — ${inChat(hint)}` : ''}`, 'bad')
      if (name === 'customer') note('customers added since the chat was opened need a new chat', 'quiet')
    }
  }

  function quit(): void {
    running?.abort(new Error('quit'))
    closing.abort(new Error('quit'))
    left.resolve()
  }

  return {
    view: () => view,
    left: left.promise,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => void publish(view.customer, session.switchTo(view.customer.id, closing.signal)),
    submit(text, shown = text) {
      if (!text.trim()) return true
      const typed = parseLine(text.trim())
      if (typed.kind === 'question') {
        if (view.asking !== undefined) return false
        void ask(text, shown)
        return true
      }
      // What it asks is shown as a question.
      if (typed.kind !== 'command' || typed.name !== 'critical' || typed.rest === '')
        dispatch({ type: 'command', text: shown.trim() })
      if (typed.kind === 'command') void command(typed.name, typed.rest)
      else note(unknownText(typed), 'warn')
      return true
    },
    cancel() {
      const [dialog] = view.dialogs
      if (dialog) dialogs.answer(dialog.id, false)
      else if (running && view.asking !== undefined) running.abort(new Error('cancelled'))
      else return false
      return true
    },
    answer: dialogs.answer,
    typed: dialogs.typed,
    note,
    quit,
  }
}
