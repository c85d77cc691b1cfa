import { basename } from 'node:path'
import type { Session } from '../agent/session.ts'
import { reasonOf } from '../base/errors.ts'
import { TIMEOUTS } from '../base/timeouts.ts'
import type { Customer, Project } from '../config/project.ts'
import { customerWithId } from '../config/select.ts'
import type { ChatContext, SlashCommand, StatusLine } from './commands/command.ts'
import { complete } from './commands/complete.ts'
import { COMMANDS } from './commands/index.ts'
import { parseLine, type TypedLine } from './commands/parse.ts'
import type { PlatformWork } from './commands/platforms/choice.ts'
import { openDialogs } from './dialogs.ts'
import { type Hold, openHold } from './hold.ts'
import { openQuestions, type Questions } from './questions.ts'
import { openSwitching, type Switching } from './switching.ts'
import { inChat } from './view/hint.ts'
import { openStore, type ViewStore } from './view/store.ts'
import { type ChatCustomer, chatCustomer, firstView } from './view/view.ts'

export interface ChatWork {
  session: Session
  project: Project
  /** The customer that the chat opens with. */
  customer: Customer
  status(customer: Customer, signal: AbortSignal): Promise<StatusLine[]>
  /** Starts stopped servers; `say` gets the progress. */
  up(customer: Customer, say: (text: string, hint?: string) => void, signal: AbortSignal): Promise<void>
  /** Undefined while the configuration file is as it was read; otherwise a text that differs after each change. */
  configChange(): string | undefined
  /**
   * Reads the configuration file again: from then on `project` and all work follow it. The session is disconnected.
   * Returns warnings. Throws a SupportError, and changes nothing, for a broken file or one without this customer.
   */
  reload(customerId: string): Promise<{ message: string; hint?: string | undefined }[]>
  platforms: PlatformWork
  /** What /quit does, for /help; default: `leave; servers keep running`. */
  leaving?: string
}

/** What the screen reads and what the keys do. No terminal in here. */
export interface Controller extends Pick<ViewStore, 'view' | 'subscribe' | 'note'> {
  /** Connects to the first customer in the background. */
  start(): void
  /** Why the line stays in the prompt; undefined once it was sent or run. `shown` is drawn instead of `text`. */
  submit(text: string, shown?: string): string | undefined
  /** The line as Tab completes it, and the candidates if several fit. */
  complete(line: string): { line: string; candidates: string[] }
  /** Esc: denies the dialog's call, or else cancels the question. False if there was nothing to cancel. */
  cancel(): boolean
  answer(dialog: number, allowed: boolean): void
  /** A key was pressed. Dialogs wait until the person has stopped typing something else. */
  typed(): void
  quit(): void
  /** Settles when the person leaves. */
  readonly left: Promise<void>
}

export type ChatTerminal = Pick<ChatContext, 'page' | 'copy'>

export function openController(work: ChatWork, terminal: ChatTerminal): Controller {
  const closing = new AbortController()
  const left = Promise.withResolvers<void>()
  const store = openStore(firstView(chatCustomer(work.customer)))
  const dialogs = openDialogs(store.dispatch, () => store.view().customer.id)
  const questions = openQuestions(work.session, store, dialogs, () => {
    void switching.refresh(customerWithId(work.project, store.view().customer.id))
  })
  const { session } = work
  const hold = openHold()
  const switching = openSwitching({
    session,
    projectNow: () => work.project,
    store,
    dialogs,
    hold,
    signal: closing.signal,
    statusOf: customer => work.status(customer, closing.signal),
    checkPlatforms: ({ id }) => work.platforms.check(id, work.platforms.choiceOf(id)),
  })

  function quit(): void {
    questions.cancel('quit')
    // The last frame stays on the terminal: nothing on it runs any more, and a write may have run.
    const { asking } = store.view()
    if (asking !== undefined)
      store.dispatch({ type: 'agent', question: asking, event: { type: 'cancelled' } })
    closing.abort(new Error('quit'))
    left.resolve()
  }

  function cancel(): boolean {
    const [dialog] = store.view().dialogs
    if (!dialog) return questions.cancel('cancelled')
    dialogs.answer(dialog.id, false)
    return true
  }

  const sayChange = changeNotice(work, store)
  const context = contextOf(work, {
    terminal: { ...terminal, page: text => dialogs.unseen(terminal.page(text)) },
    store,
    questions,
    switching,
    hold,
    quit,
    signal: closing.signal,
  })
  return {
    view: store.view,
    subscribe: store.subscribe,
    note: store.note,
    left: left.promise,
    start() {
      void switching.connect(work.customer)
      watchConfiguration(sayChange, store, closing.signal)
    },
    submit: (text, shown = text) => submitLine(text, shown, { context, store, questions, hold, sayChange }),
    complete: line => complete(line, context),
    cancel,
    answer: dialogs.answer,
    typed() {
      dialogs.typed()
      hold.typed()
    },
    quit,
  }
}

interface Parts {
  terminal: ChatTerminal
  store: ViewStore
  questions: Questions
  switching: Switching
  hold: Hold
  quit(): void
  signal: AbortSignal
}

function contextOf(
  work: ChatWork,
  { terminal, store, questions, switching, hold, quit, signal }: Parts,
): ChatContext {
  const { session, platforms, leaving = 'leave; servers keep running' } = work
  return {
    commands: COMMANDS,
    session,
    get project() {
      return work.project
    },
    platforms,
    leaving,
    ...terminal,
    quit,
    note: store.note,
    customer: () => customerWithId(work.project, store.view().customer.id),
    isAsking: questions.isRunning,
    showError: error => store.note(inChat(reasonOf(error)), 'bad', (error as { hint?: string }).hint),
    askCritically: question => questions.ask(question, { shown: `/critical ${question}`, isCritical: true }),
    retry: ({ text, isCritical = false }) =>
      questions.ask(text, { shown: isCritical ? `/critical ${text}` : text, isCritical, isRetry: true }),
    goTo: switching.goTo,
    isConfigChanged: () => work.configChange() !== undefined,
    async reload() {
      const { id } = store.view().customer
      const warnings = await work.reload(id)
      store.note(`read ${basename(work.project.file)} again`, 'good')
      for (const { message, hint } of warnings) store.note(`warning: ${message}`, 'warn', hint)
      switching.goTo(customerWithId(work.project, id))
    },
    holdQuestions: hold.begin,
    statusOf: customer => work.status(customer, signal),
    offerTools: switching.refresh,
    async startServers(customer) {
      const isShown = () => store.view().customer.id === customer.id
      await work.up(customer, (text, hint) => isShown() && store.note(text, 'info', hint), signal)
      if (isShown()) await switching.refresh(customer)
    },
  }
}

/** Says once after each change of the configuration file that this chat does not follow it. */
function changeNotice(work: ChatWork, { note }: ViewStore): () => void {
  let said: string | undefined
  return () => {
    const change = work.configChange()
    if (change === undefined || change === said) return
    said = change
    const file = basename(work.project.file)
    note(`${file} has changed since this chat read it`, 'warn', 'run `/reload` to use the file as it is now')
  }
}

/** Checks the file now and then, also while nobody types, but stays silent during an answer. */
function watchConfiguration(sayChange: () => void, { view }: ViewStore, signal: AbortSignal): void {
  const look = () => {
    if (view().asking === undefined && view().dialogs.length === 0) sayChange()
  }
  const timer = setInterval(look, TIMEOUTS.configLook).unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** Asks, or runs a command. Returns why it did not, if the line is to stay in the prompt. */
function submitLine(
  text: string,
  shown: string,
  {
    context,
    store,
    questions,
    hold,
    sayChange,
  }: Pick<Parts, 'store' | 'questions' | 'hold'> & { context: ChatContext; sayChange(): void },
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
  if (typed.kind === 'command') void run(typed.command, typed.rest, context)
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
