import { basename } from 'node:path'
import { clean } from '../../../base/text/terminal-text.ts'
import type { Access } from '../../../config/project.ts'
import type { Decision } from '../../../toolset/policy/decide.ts'
import type { Foreseen, ForeseenCall } from '../../../toolset/policy/foresee.ts'

/** What happens on the first line, then why, and what it means in a chat and for other clients. */
export function testText(
  foreseen: Foreseen,
  { name, role, file }: { name: string; role: Access; file: string },
): string {
  const { access, effect, decision, ifWrite, unasked, withheld, unchecked } = foreseen
  const because = (one: Decision) => placed(one, file)
  const causes = ifWrite
    ? `read: ${because(decision)}\n           write: ${because(ifWrite)}`
    : because(decision)
  const facts: [string, string | undefined][] = [
    ['because', withheld ?? causes],
    ['policy', withheld && `${decision.kind}: ${causes}`],
    ['message', ifWrite ? undefined : decision.rule?.message],
    ['access', unasked === undefined ? access : `not known: ${unasked}`],
    ['effect', effect && `${effect.kind}: ${effect.because}`],
    ['pins', unchecked === undefined ? undefined : `not checked: ${unchecked}`],
    ...(withheld === undefined ? effects(foreseen, role) : []),
  ]
  return [
    `${name}: ${withheld === undefined ? kindsIn(foreseen) : 'withheld'}`,
    ...facts.flatMap(([label, fact]) => (fact ? [`  ${label.padEnd(9)}${fact}`] : [])),
  ]
    .map(clean)
    .join('\n')
}

function kindsIn({ decision, ifWrite }: Foreseen): string {
  return ifWrite && ifWrite.kind !== decision.kind
    ? `${decision.kind} if it is a read, ${ifWrite.kind} if it is a write`
    : decision.kind
}

function effects({ decision, listed, ifWrite }: Foreseen, role: Access): [string, string | undefined][] {
  if (ifWrite) return []
  return [
    // A chat has the role read-write.
    ['chat', role === 'read-only' ? undefined : CHAT[decision.kind]],
    ['gateway', `${GATEWAY[decision.kind]}${listed ? '' : ', and not listed'}`],
  ]
}

function placed({ rule, because }: Decision, file: string): string {
  return rule?.line === undefined ? because : `${because} (${basename(file)}:${rule.line})`
}

const CHAT = { allow: 'runs', ask: 'asks you for approval', deny: 'refused' }
const GATEWAY = {
  allow: 'runs',
  ask: 'asks the user of the client, or is refused if it cannot ask',
  deny: 'refused',
}

export function decisionJson(
  { access, effect, decision, listed, ifWrite, unasked, withheld, unchecked }: Foreseen,
  { customer, server, tool, role, at }: ForeseenCall & { at: Date },
): object {
  const asJson = ({ kind, rule, because }: Decision) => ({
    action: kind,
    rule: rule ? { number: rule.number, line: rule.line ?? null } : null,
    because,
    message: rule?.message ?? null,
  })
  return {
    customer: customer.id,
    server: server.name,
    tool,
    role,
    at: at.toISOString(),
    access: access ?? null,
    effect: effect ?? null,
    listed,
    ...asJson(decision),
    ifWrite: ifWrite ? asJson(ifWrite) : null,
    unasked: unasked ?? null,
    withheld: withheld ?? null,
    unchecked: unchecked ?? null,
  }
}
