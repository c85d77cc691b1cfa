import { LOCAL } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { withoutSecrets } from '../../base/redact.ts'
import type { ServerKey } from '../../config/project.ts'
import type { AnswerServer, ServerListener } from '../../mcp/connection.ts'
import type { AuditTrail } from '../../toolset/calls/trail.ts'

/** Who follows what servers say by themselves. */
export interface ServerListening {
  lists: Set<(key: ServerKey) => void>
  answer: AnswerServer
}

const CAN_ASK = { elicitation: { form: {}, url: {} } }
const ELICIT = 'elicitation/create'

/**
 * Servers may always ask, also where nobody can answer: some list tools that ask a person only then, and tools must be the same
 * everywhere.
 *
 * @param audit where it is recorded (default: nowhere)
 */
export function listenerFor(listening: ServerListening, audit?: AuditTrail) {
  return (key: ServerKey): ServerListener => {
    const { lists, answer } = listening
    return {
      capabilities: CAN_ASK,
      async onRequest(method, params, signal) {
        if (method !== ELICIT) throw new Error(`nobody answers ${method} here`)
        const shown = withoutSecrets(params)
        return recorded(answer({ ...key, params: shown, signal }), key, { params: shown, audit })
      },
      ...(lists.size > 0 && {
        onNotice(method: string) {
          if (method === 'notifications/tools/list_changed') for (const changed of lists) changed(key)
        },
      }),
    }
  }
}

const OUTCOMES = { accept: 'answered', decline: 'denied', cancel: 'cancelled' } as const
const MOST_FIELDS = 100

/** What was asked and how it ended, without what was answered. */
async function recorded(
  answer: ReturnType<AnswerServer>,
  { customer, server }: ServerKey,
  { params, audit }: { params: Record<string, unknown>; audit: AuditTrail | undefined },
): ReturnType<AnswerServer> {
  const { requestedSchema } = params
  const properties = isRecord(requestedSchema) ? requestedSchema.properties : undefined
  const fields = isRecord(properties) ? Object.keys(properties).slice(0, MOST_FIELDS) : []
  const args = params.mode === 'url' ? { mode: 'url' } : { fields: fields.map(one => one.slice(0, 100)) }
  const decision = { kind: 'ask', rule: undefined, because: 'the server asks, and a person answers' } as const
  const asked = { by: LOCAL, customer, server, tool: ELICIT, args, decision }
  const { action, ...content } = await answer
  audit?.ended(asked, { outcome: OUTCOMES[action], took: 0, bytes: 0 })
  return { action, ...content }
}
