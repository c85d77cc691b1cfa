import type { Chart } from '../../agent/series/chart.ts'
import type { Question, Session } from '../../agent/session.ts'
import type { Customer, Project } from '../../config/project.ts'
import type { Conversations, KeptConversation } from '../../store/transcripts/conversations.ts'
import type { Tone } from '../view/view.ts'
import type { PlatformWork } from './platforms/choice.ts'

/** One slash command as data; /help, Tab and the parser read the list in index.ts. */
export interface SlashCommand {
  /** Typed after the slash; lower-case letters only. */
  name: string
  /** Another name, which /help does not show. */
  alias?: string
  /** As /help shows it: `/customer [NAME]`. */
  usage: string
  /** Imperative, lower case, no full stop. */
  summary: string | ((chat: ChatContext) => string)
  /** What the argument can be, given what is typed of it. May throw a SupportError: then there is nothing to list. */
  completion?(chat: ChatContext, typed: string): readonly Candidate[]
  /** The argument can be something else, too, such as a new file. */
  isOpenEnded?: true
  /** The argument is a question, and is drawn as one. */
  isQuestion?: true
  /** It waits until no question is running. */
  waits?: true
  /** What to type after it was stopped. */
  whenStopped?: string
  /**
   * May throw a SupportError, which is shown with its hint. What it waits for ends with `stop`, and rejects then.
   */
  run(chat: ChatContext, rest: string, stop: AbortSignal): void | Promise<void>
}

export interface Candidate {
  value: string
  /** Completed to `value` too, such as a customer's name to its id. */
  alias?: string
  /** What the list says of it. */
  summary?: string
  /** False for the beginning of a value, such as a folder. */
  isWhole?: boolean
}

/** One server's state, as /status shows it. */
export interface StatusLine {
  server: string
  state: string
  reason: string
  hint: string
}

/** Markdown is drawn where the pager shows styles. */
export type PageForm = 'markdown'

/** What a slash command works with. */
export interface ChatContext {
  commands: readonly SlashCommand[]
  session: Session
  project: Project
  platforms: PlatformWork
  /** Gives a text to the clipboard, if the terminal can. */
  copy(text: string): void
  /** Shows a long text, until the person has read it. Rejects if there is no pager. */
  page(text: string, form?: PageForm): Promise<void>
  /** Of the screen (default: it is as large as anything shown). */
  size?(): { columns: number; rows: number }
  /** What can be typed besides commands, for /help (default: the keys of the full screen). */
  keys?: readonly (readonly [key: string, meaning: string])[]
  /** What a person types in another terminal to run supportmax with this configuration. */
  command: string
  /** What /quit does, for /help. */
  leaving: string
  /** The customer on the screen. */
  customer(): Customer
  isAsking(): boolean
  note(text: string, tone?: Tone, hint?: string): void
  /** Shows an address of the configuration. Never one that a server or a model wrote. */
  link(label: string, address: string): void
  /** Draws curves. */
  chart(chart: Chart): void
  /** Shows what was thrown, with its hint. */
  showError(error: unknown): void
  askCritically(question: string): Promise<void>
  /** Asks the last question again, from its tool results on. */
  retry(question: Pick<Question, 'text' | 'isCritical'>): Promise<void>
  /** Where a customer's conversations are kept. */
  conversationsOf(customerId: string): Conversations | undefined
  /** Continues a conversation of the customer on the screen. */
  resume(conversation: KeptConversation): void
  /** Continues in a copy of the conversation on the screen. */
  fork(conversation: KeptConversation): void
  goTo(customer: Customer): void
  /** Whether the configuration file has changed since it was read. */
  isConfigChanged(): boolean
  /** Reads the configuration file again, and connects again to the customer on the screen. */
  reload(): Promise<void>
  /** A switch did not happen: questions typed ahead of that news are kept. */
  holdQuestions(): void
  statusOf(customer: Customer, stop: AbortSignal): Promise<StatusLine[]>
  /** Offers the tools of the servers that are ready now. */
  offerTools(customer: Customer): Promise<void>
  /** Starts this customer's stopped servers, then offers their tools. */
  startServers(customer: Customer, stop: AbortSignal): Promise<void>
  quit(): void
}
