import { randomUUID } from 'node:crypto'
import { localTime } from '../../agent/evidence/times.ts'
import type { Session } from '../../agent/session.ts'
import type { Setting } from '../../agent/transcript/transcript.ts'
import { counted } from '../../base/text/amounts.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Conversations, KeptConversation } from '../../store/transcripts/conversations.ts'
import { shortId } from '../../store/transcripts/named.ts'
import type { Toolset } from '../../toolset/toolset.ts'
import type { ViewStore } from '../view/store.ts'
import type { ChatWork } from '../work.ts'
import { changesSince } from './changes.ts'
import { replayed } from './replay.ts'

/** Going on in conversations that are kept. */
export interface Resuming {
  /** In this conversation of the customer on the screen; in a copy of it if another chat has it open. */
  open(conversation: KeptConversation): void
  /** In a copy of the conversation on the screen. */
  fork(conversation: KeptConversation): void
}

type ResumingWork = Pick<ChatWork, 'session' | 'conversationsOf' | 'platforms'>

/** @param store what is said here is not part of any conversation */
export function openResuming(work: ResumingWork, store: ViewStore): Resuming {
  const { session } = work

  function goOn(customerId: string, id: string, conversations: Conversations): void {
    session.continue(customerId, id, conversations.contents(id))
  }

  return {
    open(conversation) {
      const customerId = store.view().customer.id
      const conversations = work.conversationsOf?.(customerId)
      if (!conversations) return
      const { id, openBy } = conversation
      const isFree = conversations.claim(id)
      const own = isFree ? id : randomUUID()
      if (!isFree) conversations.fork(id, own)
      goOn(customerId, own, conversations)
      for (const event of replayed(conversations.contents(own))) store.dispatch(event)
      store.note(continuedText(conversation), 'good')
      if (!isFree)
        store.note(
          `another chat${openBy === undefined ? '' : ` (process ${openBy})`} has this conversation open: you continue in a copy of it`,
          'warn',
        )
      whenConnected(session, store, customerId, toolset => sayChanges(work, { store, conversation, toolset }))
    },
    fork({ id }) {
      const customerId = store.view().customer.id
      const conversations = work.conversationsOf?.(customerId)
      if (!conversations) return
      const copy = randomUUID()
      conversations.fork(id, copy)
      goOn(customerId, copy, conversations)
      const short = shortId(id, conversations.list())
      store.note(
        'you continue in a copy; the original stays as it is',
        'good',
        `run \`/resume ${short}\` to go back to it`,
      )
    },
  }
}

function continuedText({ title, questions, touchedAt }: KeptConversation): string {
  return `continued: ${cleanLine(title)} (${counted(questions, 'question')}, last ${localTime(touchedAt)})`
}

/** Now, or when the tools of this customer are there; never once another customer is on the screen. */
function whenConnected(
  session: Session,
  store: ViewStore,
  customerId: string,
  say: (toolset: Toolset) => void,
): void {
  const look = () => {
    const { customer, phase } = store.view()
    const toolset = session.current()
    const isConnected = phase === 'ready' && toolset?.customer.id === customerId
    if (customer.id !== customerId) stop()
    else if (isConnected) {
      stop()
      say(toolset)
    }
  }
  const stop = store.subscribe(look)
  look()
}

function sayChanges(
  work: ResumingWork,
  { store, conversation, toolset }: { store: ViewStore; conversation: KeptConversation; toolset: Toolset },
): void {
  const setting = conversation.setting as Setting | undefined
  const changes = changesSince(setting, toolset)
  const platform = setting?.platform
  if (platform !== undefined && !hasPlatform(work, toolset.customer.id, platform))
    changes.push(`the model platform ${cleanLine(platform)}, which answered, is gone`)
  if (changes.length > 0) store.note(`changed since then:\n${changes.join('\n')}`, 'warn')
}

/** Without any platform, the chat has said so on arrival. */
function hasPlatform({ platforms }: ResumingWork, customerId: string, name: string): boolean {
  try {
    return platforms.routes(customerId).some(one => one.platform === name)
  } catch {
    return true
  }
}
