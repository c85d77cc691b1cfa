import type { Session, Switched } from '../agent/session.ts'
import { reasonOf } from '../base/errors.ts'
import { type Customer, isProduction, type Project } from '../config/project.ts'
import { selectCustomer } from '../config/select.ts'
import type { Approval, Approve, Toolset } from '../mcp/toolset.ts'
import { COMMANDS, type CommandName, parseLine } from './commands.ts'
import { cleanLine } from './text.ts'
import { type ChatCustomer, type ChatEvent, firstView, type Published, reduce, type View } from './view.ts'

export interface StatusLine {
  server: string
  state: string
  reason: string
  hint: string
}

export interface ChatWork {
  session: Session
  project: Project
  /** Whom the chat opens with. */
  customer: Customer
  status(customer: Customer, signal: AbortSignal): Promise<StatusLine[]>
  /** Starts what is stopped; `say` gets a line for each thing worth knowing. */
  up(customer: Customer, say: (text: string) => void, signal: AbortSignal): Promise<void>
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
  note(text: string): void
  quit(): void
  /** Settles when the person leaves. */
  readonly left: Promise<void>
}

export function openController(work: ChatWork): Controller {
  const { session, project } = work
  const listeners = new Set<() => void>()
  const answers = new Map<number, (approval: Approval) => void>()
  const closing = new AbortController()
  let view = firstView(chatCustomer(work.customer))
  let questions = 0
  let dialogs = 0
  let running: AbortController | undefined
  let leave = () => {}
  const left = new Promise<void>(resolve => {
    leave = resolve
  })

  function dispatch(event: ChatEvent): void {
    view = reduce(view, event)
    for (const listener of listeners) listener()
  }
  const note = (text: string, tone: 'info' | 'bad' | 'warn' = 'info') =>
    dispatch({ type: 'note', tone, text })

  function approver(customer: string): Approve {
    return call =>
      new Promise(resolve => {
        // A call that asks in the name of a customer who is not on the screen is refused unseen.
        if (call.customer !== customer || customer !== view.customer.id)
          return resolve({ allowed: false, reason: 'another customer is on the screen' })
        const id = ++dialogs
        answers.set(id, resolve)
        const args = cleanLine(JSON.stringify(call.args) ?? '', 2_000)
        dispatch({ type: 'dialog', dialog: { id, ...call, tool: cleanLine(call.tool), args } })
      })
  }

  function answer(dialog: number, allowed: boolean): void {
    answers.get(dialog)?.(allowed ? { allowed } : { allowed, reason: 'the engineer said no' })
    answers.delete(dialog)
    dispatch({ type: 'dialog-closed', id: dialog })
  }

  async function ask(text: string, shown: string): Promise<void> {
    const question = ++questions
    const own = new AbortController()
    running = own
    const customerId = view.customer.id
    dispatch({ type: 'asked', question, text: shown })
    const approve = approver(customerId)
    for await (const event of session.ask({ customerId, text, signal: own.signal, approve }))
      dispatch({ type: 'agent', question, event })
    if (running === own) running = undefined
    for (const id of answers.keys()) answer(id, false)
  }

  async function publish(customer: ChatCustomer, switching: Promise<Switched>): Promise<void> {
    const switched = await switching
    if (switched.ok)
      return dispatch({ type: 'published', customer: customer.id, set: publishedOf(switched.toolset) })
    const current = session.current()?.customer.id
    const back = project.customers.find(one => one.id === current)
    const { reason, hint } = switched
    if (reason !== 'called off')
      dispatch({
        type: 'switch-failed',
        customer: customer.id,
        reason,
        hint,
        back: back && chatCustomer(back),
      })
  }

  function goTo(customer: Customer): void {
    for (const id of answers.keys()) answer(id, false)
    const to = chatCustomer(customer)
    dispatch({ type: 'switching', customer: to })
    void publish(to, session.switchTo(customer.id, closing.signal))
  }

  function current(): Customer {
    return selectCustomer(project, view.customer.id)
  }

  async function up(): Promise<void> {
    const customer = current()
    await work.up(customer, text => view.customer.id === customer.id && note(text), closing.signal)
    if (view.customer.id === customer.id)
      await publish(chatCustomer(customer), session.refresh(closing.signal))
  }

  async function status(): Promise<void> {
    const customer = current()
    const lines = await work.status(customer, closing.signal)
    if (view.customer.id !== customer.id) return
    note(lines.map(statusText).join('\n') || 'no servers')
  }

  const commands: Record<CommandName, (rest: string) => unknown> = {
    customer: rest => (rest ? goTo(selectCustomer(project, rest)) : note(customerList(project))),
    tools: () => note(toolText(session.current())),
    status,
    up,
    clear() {
      session.clear()
      note(`the conversation with ${view.customer.name} is forgotten`)
    },
    help: () => note(COMMANDS.map(one => `${one.words.padEnd(16)}${one.does}`).join('\n')),
    quit,
  }

  function quit(): void {
    running?.abort(new Error('quit'))
    closing.abort(new Error('quit'))
    leave()
  }

  async function command(name: CommandName, rest: string): Promise<void> {
    try {
      await commands[name](rest)
    } catch (error) {
      const hint = (error as { hint?: string }).hint
      note(`${reasonOf(error)}${hint ? ` — ${hint}` : ''}`, 'bad')
    }
  }

  return {
    view: () => view,
    left,
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
      } else if (typed.kind === 'command') void command(typed.name, typed.rest)
      else note(`there is no ${typed.word}; /help lists what there is`, 'warn')
      return true
    },
    cancel() {
      const [dialog] = view.dialogs
      if (dialog) answer(dialog.id, false)
      else if (running && view.asking !== undefined) running.abort(new Error('cancelled'))
      else return false
      return true
    },
    answer,
    note,
    quit,
  }
}

function chatCustomer(customer: Customer): ChatCustomer {
  const { id, name, access } = customer
  return { id, name: cleanLine(name), access, production: isProduction(customer) }
}

function publishedOf(set: Toolset): Published {
  return { tools: set.tools.length, withheld: set.withheld.length, missing: set.missing }
}

function statusText({ server, state, reason, hint }: StatusLine): string {
  return `${server}  ${state}${reason ? `  ${reason}` : ''}${hint ? ` — ${hint}` : ''}`
}

function customerList(project: Project): string {
  const lines = project.customers.map(
    one => `${one.id.padEnd(20)} ${one.name}${isProduction(one) ? ' PROD' : ''}`,
  )
  return ['/customer NAME; there are:', ...lines].join('\n')
}

function toolText(set: Toolset | undefined): string {
  if (!set) return 'still connecting'
  const servers = Map.groupBy(set.tools, tool => tool.server)
  const lines = [...servers].map(([server, own]) => `${server}  ${own.map(tool => tool.tool).join(', ')}`)
  const reasons = Map.groupBy(set.withheld, one => one.reason)
  const withheld = [...reasons].map(
    ([reason, own]) => `withheld (${reason}): ${own.map(one => `${one.server} ${one.tool}`).join(', ')}`,
  )
  const missing = set.missing.map(one => `missing: ${one.server} (${one.state}) ${one.reason}`)
  return [...lines, ...withheld, ...missing].join('\n') || 'no tools'
}
