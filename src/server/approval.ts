// The question to a person at a client before a write.

import { withoutSecrets } from '../base/redact.ts'
import { visible } from '../base/text/terminal-text.ts'
import { escapeUnsafe } from '../base/text/words.ts'
import { type Customer, customerTitle } from '../config/project.ts'
import type { DoorRequest } from '../mcp/serving/served.ts'
import type { Approve } from '../toolset/toolset.ts'

/** A write is approved by the person at the client, if it can ask one. */
export function approvalBy(customer: Customer, { elicit }: DoorRequest): Approve {
  return async ({ server, tool, args }) => {
    if (!elicit) return { allowed: false, reason: 'a person must approve it, and this client cannot ask one' }
    const question = `${customerTitle(customer)}: allow ${server} to run ${visible(tool)}?\n${shownArgs(args)}`
    const answer = await elicit(question)
    if (answer) return { allowed: true }
    const reason =
      answer === undefined ? 'approval has been requested' : 'the person at the client did not approve it'
    return { allowed: false, reason }
  }
}

const LONGEST_ARGS = 2_000

function shownArgs(args: unknown): string {
  const text = escapeUnsafe(JSON.stringify(withoutSecrets(args)) ?? '')
  return text.length <= LONGEST_ARGS ? text : `${text.slice(0, LONGEST_ARGS)} … (${text.length} characters)`
}
