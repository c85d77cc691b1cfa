// What servers ask where no person can answer.

import { isRecord } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { AnswerServer, ServerQuestion } from '../../mcp/connection.ts'

/** What a server asked, and nobody was there to answer. */
export interface Unanswered {
  server: string
  /** Its words, on one line; empty if it had none. */
  message: string
  /** What it wanted to know; empty for an address to open. */
  fields: string[]
}

/** In one run; a server could ask forever. */
const MOST_TOLD = 5
const MOST_FIELDS = 10
/** In characters. */
const LONGEST_MESSAGE = 200
const LONGEST_FIELD = 40

/**
 * Declines whatever servers ask, and tells the person, who can type more next time. Servers are still told that they may ask:
 * some list fewer tools otherwise.
 */
export function declining(
  tell: (asked: Unanswered, warning: { message: string; hint: string }) => void,
): AnswerServer {
  const told = new Map<string, number>()
  return async asked => {
    const times = (told.get(asked.server) ?? 0) + 1
    told.set(asked.server, times)
    const one = unanswered(asked)
    if (times <= MOST_TOLD) tell(one, { message: words(one), hint: hintFor(asked.customer) })
    return { action: 'decline' }
  }
}

function unanswered({ server, params }: ServerQuestion): Unanswered {
  const { message, requestedSchema } = params
  const properties = isRecord(requestedSchema) ? requestedSchema.properties : undefined
  const fields = isRecord(properties) ? Object.entries(properties).slice(0, MOST_FIELDS) : []
  return {
    server,
    message: typeof message === 'string' ? cleanLine(message.slice(0, 20_000), LONGEST_MESSAGE) : '',
    fields: fields.map(([name, field]) => titleOf(name, field)),
  }
}

function titleOf(name: string, field: unknown): string {
  const title = isRecord(field) && typeof field.title === 'string' ? field.title : ''
  return cleanLine((title.trim() || name).slice(0, 1_000), LONGEST_FIELD)
}

function words({ server, message, fields }: Unanswered): string {
  const wanted = fields.length > 0 ? ` (${fields.join(', ')})` : ''
  const asked = message === '' ? 'asked a person something' : `asked a person: "${message}"`
  return `${server} ${asked}${wanted}; it was declined, because nobody can answer here`
}

function hintFor(customer: string): string {
  return `run \`supportmax chat ${customer}\` in a terminal and ask there: it shows the form`
}
