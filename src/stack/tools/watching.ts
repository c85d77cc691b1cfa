import { LOCAL } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { withoutSecrets } from '../../base/redact.ts'
import type { ServerKey } from '../../config/project.ts'
import type { AnswerServer, ServerListener } from '../../mcp/connection.ts'
import type { AuditTrail } from '../../toolset/calls/trail.ts'

/** Who follows what servers say by themselves. */
export interface ServerListening {
  lists: Set<(key: ServerKey) => void>
  /** Undefined if no person can answer; servers are then not offered elicitation. */
  answer: AnswerServer | undefined
}

const CAN_ASK = { elicitation: { form: {}, url: {} } }
const ELICIT = 'elicitation/create'

/** Without anybody who listens, connections are only used for requests. */
export function listenerFor(listening: ServerListening, audit: AuditTrail) {
  return (key: ServerKey): ServerListener | undefined => {
    const { lists, answer } = listening
    if (lists.size === 0 && answer === undefined) return undefined
    return {
      capabilities: answer ? CAN_ASK : {},
      async onRequest(method, params, signal) {
        if (!answer || method !== ELICIT) throw new Error(`nobody answers ${method} here`)
        const shown = withoutSecrets(params)
        return recorded(answer({ ...key, params: shown, signal }), key, { params: shown, audit })
      },
      onNotice(method) {
        if (method === 'notifications/tools/list_changed') for (const changed of lists) changed(key)
      },
    }
  }
}

/** For lists alone: some servers list tools that ask a person only where one can be asked, as in the chat. */
export const NOBODY_ANSWERS: AnswerServer = async () => ({ action: 'decline' })

/** A connection that lists what the chat lists. */
export function asInChat(): ServerListener {
  return { capabilities: CAN_ASK, onRequest: async () => ({ action: 'decline' }), onNotice() {} }
}

const OUTCOMES = { accept: 'answered', decline: 'denied', cancel: 'cancelled' } as const
const MOST_FIELDS = 100

/** What was asked and how it ended, without what was answered. */
async function recorded(
  answer: ReturnType<AnswerServer>,
  { customer, server }: ServerKey,
  { params, audit }: { params: Record<string, unknown>; audit: AuditTrail },
): ReturnType<AnswerServer> {
  const { requestedSchema } = params
  const properties = isRecord(requestedSchema) ? requestedSchema.properties : undefined
  const fields = isRecord(properties) ? Object.keys(properties).slice(0, MOST_FIELDS) : []
  const args = params.mode === 'url' ? { mode: 'url' } : { fields: fields.map(one => one.slice(0, 100)) }
  const decision = { kind: 'ask', rule: undefined, because: 'the server asks, and a person answers' } as const
  const asked = { by: LOCAL, customer, server, tool: ELICIT, args, decision }
  const { action, ...content } = await answer
  audit.ended(asked, { outcome: OUTCOMES[action], took: 0, bytes: 0 })
  return { action, ...content }
}
