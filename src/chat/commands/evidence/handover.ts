import type { Consulted } from '../../../agent/handover/consult.ts'
import { type Handover, handoverText } from '../../../agent/report/handover.ts'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { orAborted } from '../../../base/waiting/aborted.ts'
import { shortId } from '../../../store/transcripts/named.ts'
import type { ChatContext, SlashCommand } from '../command.ts'
import { filesBeginning } from '../completion/files.ts'
import { ESC_STOPS } from '../running.ts'
import { reportedOf } from './document.ts'
import { newPath, writeNew } from './save.ts'
import { paged, shownHere } from './show.ts'

export const handover: SlashCommand = {
  name: 'handover',
  usage: '/handover [FILE.md]',
  summary: 'write a note for the next shift: what was found and changed, and next checks',
  completion: (_chat, typed) => filesBeginning(typed),
  isOpenEnded: true,
  waits: true,
  whenStopped: 'no note was written; `/report` writes one without asking the model',
  async run(chat, rest, stop) {
    const reported = reportedOf(chat)
    if (reported.story.length === 0) throw new SupportError('usage', 'nothing has been asked yet')
    // The model takes its time, and costs something.
    if (rest !== '') newPath(rest)
    const { id } = reported.customer
    const own = chat.session.conversation(id)
    const conversation = lastingId(chat, id)
    const next = await nextOf(chat, id, stop)
    if (chat.customer().id !== id)
      throw new SupportError(
        'usage',
        `the handover of ${id} was not written: you switched to another customer`,
      )
    // What was done meanwhile is in it, unless that is another conversation.
    const latest = chat.session.conversation(id) === own ? reportedOf(chat) : reported
    const text = handoverText({ ...latest, now: new Date(), next, conversation, command: chat.command })
    // A pager would cover what was asked meanwhile, and an approval in it, and take the keys that are meant for them.
    if (rest === '' && chat.isAsking()) shownHere(chat, text)
    else if (rest === '') await paged(chat, text, 'markdown')
    else chat.note(`wrote ${writeNew(rest, text)}`, 'good')
  },
}

/** Rejects only when it is stopped: the rest of the note needs no model. */
async function nextOf(
  { session, note }: ChatContext,
  id: string,
  stop: AbortSignal,
): Promise<Consulted | { reason: string }> {
  note(`asking the model for the next checks… ${ESC_STOPS}`, 'quiet')
  const limit = AbortSignal.timeout(TIMEOUTS.handover)
  const either = AbortSignal.any([limit, stop])
  try {
    return await orAborted(session.consult(id, either), either)
  } catch (error) {
    stop.throwIfAborted()
    const late = `it did not answer within ${milliseconds(TIMEOUTS.handover)}`
    return { reason: limit.aborted ? late : reasonOf(error) }
  }
}

/** Under which the conversation is kept; undefined if it is not. */
function lastingId({ session, conversationsOf }: ChatContext, customer: string): Handover['conversation'] {
  const own = session.conversation(customer)
  const all = conversationsOf(customer)?.list() ?? []
  return own !== undefined && all.some(one => one.id === own) ? shortId(own, all) : undefined
}
