import { customerWithId } from '../config/select.ts'
import { type Dialogs, openDialogs } from './asking/dialogs.ts'
import { foreseeing } from './asking/foreseeing.ts'
import { openForms } from './asking/forms/forms.ts'
import { isForForm } from './asking/forms/replies.ts'
import { openHold } from './asking/hold.ts'
import { openQuestions } from './asking/questions.ts'
import { openQueue, type Queue } from './asking/queue.ts'
import { isForChat, submitLine } from './asking/submit.ts'
import { terminalAway } from './away.ts'
import type { ChatContext } from './commands/command.ts'
import { completionOf } from './commands/completion/complete.ts'
import type { Completion } from './commands/completion/completion.ts'
import { resume } from './commands/conversation/resume.ts'
import { openRunningCommands, type RunningCommands } from './commands/running.ts'
import { contextOf } from './context.ts'
import { changeNotice, watchConfiguration } from './following/config-change.ts'
import { followHistory } from './following/history.ts'
import { followLists } from './following/lists.ts'
import { followStanding } from './following/standing.ts'
import { openResuming, type Resuming } from './resuming/resuming.ts'
import { openSwitching, type Switching } from './switching.ts'
import { toldStore } from './told.ts'
import type { Dialog } from './view/dialogs.ts'
import { openStore, type ViewStore } from './view/store.ts'
import { chatCustomer, firstView } from './view/view.ts'
import { inChat } from './view/words/hint.ts'
import type { ChatTerminal, ChatWork, PromptHistory } from './work.ts'

/** What the screen reads and what the keys do. No terminal in here. */
export interface Controller extends Pick<ViewStore, 'view' | 'subscribe' | 'note'> {
  /** Connects to the first customer in the background. */
  start(): void
  /** Why the line stays in the prompt; undefined once it was sent or run. `shown` is drawn instead of `text`. */
  submit(text: string, shown?: string): string | undefined
  /** What the line can be completed to at its cursor. */
  complete(line: string, cursor: number): Completion | undefined
  /** Esc: ends the dialog without an answer, or else cancels the question, or a command that waits. False if there was nothing. */
  cancel(): boolean
  /** A line as the answer to a dialog. Why it is none; undefined if it was one, or a command, which was run. */
  reply(dialog: Dialog, line: string): string | undefined
  /** A key was pressed. Dialogs wait until the person has stopped typing something else. */
  typed(): void
  quit(): void
  readonly terminal: Pick<ChatTerminal, 'edit' | 'clear' | 'suspend'>
  readonly queue: Pick<Queue, 'takeLast' | 'takeUnsent'>
  /** What was typed in earlier runs, and where to add to it. */
  readonly history: PromptHistory
  /** Settles when the person leaves. */
  readonly left: Promise<void>
}

const NO_HISTORY: PromptHistory = { of: () => [], add() {} }

export function openController(work: ChatWork, terminal: ChatTerminal): Controller {
  const closing = new AbortController()
  const left = Promise.withResolvers<void>()
  const screen = openStore(firstView(chatCustomer(work.customer), work.command))
  const store = toldStore(screen, work.session)
  showWarnings(work, screen, closing.signal)
  const dialogs = dialogsOn(store, work.session)
  const questions = openQuestions(work.session, store, dialogs, {
    refresh: () => void switching.refresh(customerWithId(work.project, store.view().customer.id)),
    over: () => queue.sendNext(),
  })
  const hold = openHold()
  const switching = switchingOf(work, { store, dialogs, hold, signal: closing.signal })

  function quit(): void {
    questions.cancel('quit')
    endRunning(store)
    closing.abort(new Error('quit'))
    left.resolve()
  }

  function cancel(): boolean {
    const [dialog] = store.view().dialogs
    if (!dialog) return questions.cancel('cancelled') || running.stop()
    dialogs.end(dialog.id)
    return true
  }

  const resuming = openResuming(work, screen)
  const sayChange = changeNotice(work, store)
  const tellStanding = followStanding(work, store)
  const away = terminalAway(terminal, dialogs, store)
  const context = contextOf(work, {
    terminal: away,
    store,
    questions,
    switching,
    resuming,
    hold,
    quit,
  })
  const running = openRunningCommands(closing.signal)
  const submit = (text: string, shown = text) =>
    submitLine(text, shown, {
      context,
      running,
      store,
      questions,
      dialogs,
      hold,
      queue,
      sayChange,
      tellStanding,
    })
  const queue = openQueue(store, submit)
  return {
    ...store,
    left: left.promise,
    history: work.history ?? NO_HISTORY,
    start() {
      follow(work, store, closing.signal)
      work.answerServers?.(openForms(store, dialogs))
      tellStanding()
      void switching.connect(work.customer)
      if (work.resume !== undefined) resumeFirst(work.resume, resuming, { running, context })
      watchConfiguration(sayChange, store, closing.signal)
    },
    submit,
    queue,
    terminal: away,
    complete: (line, cursor) => completionOf(line, cursor, context),
    cancel,
    reply: (dialog, line) =>
      isAnswer(dialog, line, work.project.customers) ? dialogs.reply(dialog.id, line) : submit(line),
    typed() {
      for (const one of [dialogs, hold]) one.typed()
    },
    quit,
  }
}

/** Whether a line is one for the dialog, and not a command, which works meanwhile. */
function isAnswer({ kind }: Dialog, line: string, customers: Parameters<typeof isForChat>[1]): boolean {
  return !isForChat(line, customers) || (kind === 'form' && isForForm(line))
}

function dialogsOn({ dispatch, view }: ViewStore, session: ChatWork['session']): Dialogs {
  return openDialogs({ dispatch, onScreen: () => view().customer.id, foresee: foreseeing(session) })
}

function switchingOf(work: ChatWork, parts: SwitchingParts): Switching {
  return openSwitching({
    ...parts,
    session: work.session,
    projectNow: () => work.project,
    statusOf: customer => work.status(customer, parts.signal),
    checkPlatforms: ({ id }) => work.platforms.check(id, work.platforms.choiceOf(id)),
  })
}

type SwitchingParts = Pick<Parameters<typeof openSwitching>[0], 'store' | 'dialogs' | 'hold' | 'signal'>

function follow(work: ChatWork, store: ViewStore, signal: AbortSignal): void {
  followLists(work, store, signal)
  followHistory(id => work.history?.of(id), store)
}

/** Not as a part of the conversation: it may be what cannot be written. */
function showWarnings(
  { warnings }: Pick<ChatWork, 'warnings'>,
  screen: ViewStore,
  signal: AbortSignal,
): void {
  const hide = warnings?.((text, hint) => screen.note(inChat(text), 'warn', hint))
  signal.addEventListener('abort', () => hide?.(), { once: true })
}

/** The last frame stays on the terminal: nothing on it runs any more, and a write may have run. */
function endRunning({ view, dispatch }: ViewStore): void {
  const { asking } = view()
  if (asking !== undefined) dispatch({ type: 'agent', question: asking, event: { type: 'cancelled' } })
}

/** What was asked for with --resume. A file that cannot be written must not end the chat. */
function resumeFirst(
  wanted: NonNullable<ChatWork['resume']>,
  resuming: Pick<Resuming, 'open'>,
  { running, context }: { running: RunningCommands; context: ChatContext },
): void {
  try {
    if (wanted === 'list') void running.run(resume, '', context)
    else resuming.open(wanted)
  } catch (error) {
    context.showError(error)
  }
}
