import { basename } from 'node:path'
import { reasonOf } from '../base/errors.ts'
import { orAborted } from '../base/waiting/aborted.ts'
import { customerWithId } from '../config/select.ts'
import type { Hold } from './asking/hold.ts'
import type { Questions } from './asking/questions.ts'
import type { ChatContext } from './commands/command.ts'
import { COMMANDS } from './commands/index.ts'
import type { Resuming } from './resuming/resuming.ts'
import type { Switching } from './switching.ts'
import type { ViewStore } from './view/store.ts'
import { inChat } from './view/words/hint.ts'
import type { ChatTerminal, ChatWork } from './work.ts'

interface ContextParts {
  terminal: ChatTerminal
  store: ViewStore
  questions: Questions
  switching: Switching
  resuming: Resuming
  hold: Hold
  quit(): void
}

/** What the slash commands work with. */
export function contextOf(
  work: ChatWork,
  { terminal, store, questions, switching, resuming, hold, quit }: ContextParts,
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
    command: store.view().command,
    ...terminal,
    quit,
    note: store.note,
    link: (label, address) => store.dispatch({ type: 'link', label, address }),
    chart: chart => store.dispatch({ type: 'chart', chart }),
    customer: () => customerWithId(work.project, store.view().customer.id),
    isAsking: questions.isRunning,
    showError: error => store.note(inChat(reasonOf(error)), 'bad', (error as { hint?: string }).hint),
    askCritically: question => questions.ask(question, { shown: `/critical ${question}`, isCritical: true }),
    retry: ({ text, isCritical = false }) =>
      questions.ask(text, { shown: isCritical ? `/critical ${text}` : text, isCritical, isRetry: true }),
    conversationsOf: id => work.conversationsOf?.(id),
    resume: resuming.open,
    fork: resuming.fork,
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
    statusOf: (customer, stop) => orAborted(work.status(customer, stop), stop),
    offerTools: switching.refresh,
    async startServers(customer, stop) {
      const isShown = () => store.view().customer.id === customer.id
      const say = (text: string, hint?: string) => isShown() && store.note(text, 'info', hint)
      await orAborted(work.up(customer, say, stop), stop)
      if (isShown()) await switching.refresh(customer)
    },
  }
}
