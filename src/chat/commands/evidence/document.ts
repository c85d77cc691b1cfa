// What /copy, /save and /report give away.

import { loginName } from '../../../access/login.ts'
import type { Reported } from '../../../agent/report/report.ts'
import type { ChatContext } from '../command.ts'

/** The conversation on the screen; its story is empty if nothing was asked. */
export function reportedOf({ session, customer, project }: ChatContext): Reported {
  const shown = customer()
  const tools = session.current()
  return {
    customer: shown,
    story: session.story(shown.id),
    evidence: session.evidence(shown.id).all(),
    // During a switch, the tools are still those of another customer.
    missing: tools?.customer.id === shown.id ? tools.missing : [],
    person: loginName() ?? 'the engineer',
    others: project.customers,
    now: new Date(),
  }
}
