import { loginName } from '../../../access/login.ts'
import type { Session } from '../../../agent/session.ts'
import type { OpenTranscripts } from '../../../agent/transcript/open.ts'
import type { App } from '../../../app.ts'
import { SupportError } from '../../../base/errors.ts'
import { type Customer, KEEP_DAYS, type Project } from '../../../config/project.ts'
import type { KeptConversation } from '../../../store/transcripts/conversations.ts'
import { conversationsNamed, shortId } from '../../../store/transcripts/named.ts'
import { explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'
import type { LateWarnings } from '../../warnings.ts'

/** Where this run writes its conversations down. It outlives an app that reads its file again. */
export async function transcriptsOf(current: () => App, late: LateWarnings): Promise<OpenTranscripts> {
  const { openTranscripts } = await import('../../../agent/transcript/open.ts')
  const options = {
    folder: current().stack.state.folder,
    keepDays: (id: string) => keepDaysOf(current().project, id),
    warn: (message: string, hint?: string) => late.add({ message, hint }),
  }
  return openTranscripts(options, login())
}

/** Also of a customer that is no longer in the configuration. */
export function keepDaysOf({ customers }: Pick<Project, 'customers'>, id: string): number {
  return customers.find(one => one.id === id)?.keepDays ?? KEEP_DAYS
}

/** The user of the operating system; empty for one without a name. */
export function login(): string {
  return loginName() ?? ''
}

/** What --resume names. Throws `usage` if it names nothing, or several. */
export function conversationToResume(
  transcripts: Pick<OpenTranscripts, 'of'>,
  { id, name }: Customer,
  word: string | true,
): KeptConversation | 'list' {
  if (word === true) return 'list'
  const { conversations, isLasting } = transcripts.of(id)
  const all = conversations.list()
  if (!isLasting && all.length === 0)
    throw new SupportError('failed', `no conversation with ${name} can be continued: none is kept`, {
      hint: 'leave out --resume to begin one',
    })
  const [found, another] = conversationsNamed(word, all)
  if (found && !another) return found
  throw new SupportError(
    'usage',
    found
      ? `several conversations with ${name} begin with ${word}`
      : `there is no conversation ${word} with ${name}`,
    { hint: `run \`supportmax transcript list ${id}\`` },
  )
}

/** A conversation that can be continued after the chat. */
export interface Lasting {
  customerId: string
  id: string
}

/** Those of this run. To be called before the transcripts are closed. */
export function lastingOf(
  transcripts: Pick<OpenTranscripts, 'of'>,
  session: Pick<Session, 'conversation'>,
  { customers }: Pick<Project, 'customers'>,
): Lasting[] {
  return customers.flatMap(({ id: customerId }) => {
    const own = session.conversation(customerId)
    if (own === undefined) return []
    const all = keptOf(transcripts, customerId)
    return all.some(one => one.id === own) ? [{ customerId, id: shortId(own, all) }] : []
  })
}

/** Empty if nothing of this customer is kept, or its file cannot be used: the chat has said so. */
function keptOf(transcripts: Pick<OpenTranscripts, 'of'>, customerId: string): KeptConversation[] {
  try {
    const { isLasting, conversations } = transcripts.of(customerId)
    return isLasting ? conversations.list() : []
  } catch {
    return []
  }
}

export function sayHowToContinue(print: Printer, lasting: readonly Lasting[]): void {
  for (const { customerId, id } of lasting) {
    const message = `to continue: \`supportmax chat ${customerId} --resume ${id}\``
    print.note(explainedText({ message }, print.noteLayout))
  }
}
