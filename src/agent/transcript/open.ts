import { LOCAL } from '../../access/principal.ts'
import type { Message } from '../../platforms/platform.ts'
import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import { openShelf, type Shelf, type ShelfOptions } from '../../store/transcripts/shelf.ts'
import { forgiving } from './forgiving.ts'
import { type Transcript, transcriptOver } from './transcript.ts'

/** The transcripts of all customers, for the person at this machine. */
export interface OpenTranscripts extends Shelf {
  /** A new conversation, or one that this process has claimed and continues. Undefined if it cannot be written. */
  transcriptFor(customerId: string, conversation: string, kept?: ConversationContents): Transcript | undefined
}

const NOT_KEPT = {
  what: 'from here on, this conversation is not kept',
  next: 'then `/clear` begins one that is kept',
}

/** @param login the user of the operating system */
export function openTranscripts(options: ShelfOptions, login: string): OpenTranscripts {
  const shelf = openShelf(options)
  return {
    ...shelf,
    transcriptFor(customerId, id, kept) {
      const { conversations } = shelf.of(customerId)
      const now = () => new Date()
      const failed = (error: unknown) => shelf.failed(customerId, NOT_KEPT, error)
      try {
        if (!kept) conversations.begin(id, { person: LOCAL.id, login }, now())
        const transcript = transcriptOver({
          writer: conversations.writer(id),
          messages: (kept?.messages ?? []) as Message[],
          isTitled: (kept?.entries.length ?? 0) > 0,
          leave: () => conversations.release(id),
          now,
        })
        return forgiving(transcript, failed)
      } catch (error) {
        failed(error)
        return undefined
      }
    },
  }
}
