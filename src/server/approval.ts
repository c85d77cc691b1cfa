// The question to a person at a client before a write.

import { withoutSecrets } from '../base/redact.ts'
import { visible } from '../base/text/terminal-text.ts'
import { type Customer, customerTitle } from '../config/project.ts'
import type { DoorRequest } from '../mcp/serving/served.ts'
import type { LiveToolset } from '../toolset/live/live.ts'
import type { Approve } from '../toolset/toolset.ts'

/** A write is approved by the person at the client, if it can ask, and only as long as it is still what they were asked about. */
export function approvalBy(
  customer: Customer,
  { elicit, by }: DoorRequest,
  live: Pick<LiveToolset, 'current'>,
): Approve {
  const offered = async (call: { server: string; tool: string }) => {
    const tools = (await live.current()).offeredTo(by)
    return JSON.stringify(tools.find(one => one.server === call.server && one.tool === call.tool))
  }
  return async ({ server, tool, args, effect }) => {
    if (!elicit) return { allowed: false, reason: 'a person must approve it, and this client cannot ask one' }
    const question = `${customerTitle(customer)}: allow ${server} to run ${visible(tool)}?\n${shownArgs(args)}\n${effect.kind}: ${effect.because}`
    const before = await offered({ server, tool })
    const answer = await elicit(question)
    if (answer) return before === (await offered({ server, tool })) ? { allowed: true } : CHANGED
    const reason =
      answer === undefined ? 'approval has been requested' : 'the person at the client did not approve it'
    return { allowed: false, reason }
  }
}

const CHANGED = { allowed: false as const, reason: 'it was changed or withheld while a person was asked' }

const LONGEST_ARGS = 2_000

function shownArgs(args: unknown): string {
  const text = visible(JSON.stringify(withoutSecrets(args)) ?? '')
  return text.length <= LONGEST_ARGS ? text : `${text.slice(0, LONGEST_ARGS)} … (${text.length} characters)`
}
