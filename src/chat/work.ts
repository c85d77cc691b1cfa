import type { Session } from '../agent/session.ts'
import type { Customer, Project, ServerKey } from '../config/project.ts'
import type { AnswerServer } from '../mcp/connection.ts'
import type { Conversations, KeptConversation } from '../store/transcripts/conversations.ts'
import type { ChatContext, StatusLine } from './commands/command.ts'
import type { PlatformWork } from './commands/platforms/choice.ts'

/** What the chat needs of the program around it. */
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
  /** Calls back whenever a server says that its tools have changed (default: never). */
  watchLists?(changed: (key: ServerKey) => void): void
  /** Asks the person what a server asks (default: no server can ask). */
  answerServers?(answer: AnswerServer): void
  /** Shows warnings that come up meanwhile, such as of a full disk; returns what ends that (default: there are none). */
  warnings?(show: (text: string, hint?: string) => void): () => void
  /** What was typed for each customer in earlier runs (default: nothing is remembered). */
  history?: PromptHistory
  /** Where a customer's conversations are kept (default: nowhere). */
  conversationsOf?(customerId: string): Conversations
  /** The conversation to continue, or `list` to offer all; default: a new one. */
  resume?: KeptConversation | 'list' | undefined
  /** What a person types to run supportmax with this configuration (default: commandName()). */
  command?: string
  /** What /quit does, for /help; default: `leave; servers keep running`. */
  leaving?: string
}

/** Lines that were sent or run, for each customer; a person looks for one of them again. */
export interface PromptHistory {
  /** Oldest first. */
  of(customerId: string): readonly string[]
  add(customerId: string, line: string): void
}

/** What the chat needs of the terminal. */
export interface ChatTerminal extends Pick<ChatContext, 'page' | 'copy' | 'size' | 'keys'> {
  /** The text as a person leaves it in an editor. Rejects if there is no editor. */
  edit(text: string): Promise<string>
  /** An empty screen; what was on it can be scrolled back to. */
  clear(): void
  /** Back to the shell; settles when the chat goes on. False if there is no shell. */
  suspend(): Promise<boolean>
}
