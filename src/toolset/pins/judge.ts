import { isRecord } from '../../base/records.ts'
import { withoutSecrets } from '../../base/redact.ts'
import { canonicalText } from './canonical.ts'
import { deceptionsIn } from './deceptive.ts'
import { fieldsBetween } from './differences.ts'
import type { PinKind, PinnedServer } from './lock-file.ts'

/** One definition, as a server lists it. */
export interface ListedDefinition {
  kind: PinKind
  /** URI of a template; empty for instructions. */
  name: string
  definition: unknown
  /** It only reads, and the configuration trusts that it does: `up` pins it without asking. */
  isTrusted: boolean
}

/**
 * How a definition compares to the lock: `same`; `first`, of a server of which nothing is pinned yet, or named by a person;
 * `new`, beside others that are pinned; `gone`, no longer listed.
 */
type PinState = 'same' | 'first' | 'new' | 'changed' | 'renamed' | 'gone'

export interface Comparison extends Omit<ListedDefinition, 'definition'> {
  state: PinState
  /** As it was pinned, and as it is listed. */
  before: unknown
  after: unknown
  /** Top-level fields that changed. */
  fields: string[]
  /** Of `renamed`: its name before. */
  formerName?: string
  /** What hides or imitates something in it; empty for a definition that was accepted as it is. */
  deceptions: string[]
}

/** Name and canonical text of a pinned tool. */
type FindFormer = (definition: unknown) => readonly [string, string] | undefined

interface Surroundings {
  /** Tools that the configuration or the catalogue trusts by name: a new one needs no more than that. */
  named?: readonly string[] | undefined
  /** What is pinned of the server; undefined: nothing yet. */
  pinned: PinnedServer | undefined
  /** Without it, a renamed tool is a new one. */
  findFormer?: FindFormer | undefined
  /** Names of all tools of the customer, to find those that look alike. */
  customerTools?: ReadonlySet<string> | undefined
}

export function compared(listed: ListedDefinition, around: Surroundings): Comparison {
  const { kind, name, definition, isTrusted } = listed
  const text = around.pinned?.[kind].get(name)
  const base = { kind, name, isTrusted, after: definition, before: undefined, fields: [], deceptions: [] }
  if (text !== undefined && isSame(text, definition)) return { ...base, state: 'same' }
  const deceptions = deceptionsIn(kind, name, definition, around.customerTools)
  if (text !== undefined) {
    const before: unknown = JSON.parse(text)
    const fields = kind === 'instructions' ? ['instructions'] : fieldsBetween(before, definition)
    return { ...base, state: 'changed', before, fields, deceptions }
  }
  if (!around.pinned) return { ...base, state: 'first', deceptions }
  const former = kind === 'tool' ? around.findFormer?.(definition) : undefined
  const isNamed = kind === 'tool' && isTrusted && around.named?.includes(name) === true
  if (former === undefined) return { ...base, state: isNamed ? 'first' : 'new', deceptions }
  const [formerName, itsText] = former
  const before: unknown = JSON.parse(itsText)
  return { ...base, state: 'renamed', formerName, before, fields: ['name'], deceptions }
}

/** What is pinned has no secrets in it, and a secret may be a word that a definition contains by chance. */
function isSame(text: string, definition: unknown): boolean {
  return canonicalText(definition) === text || canonicalText(withoutSecrets(definition)) === text
}

/**
 * Finds the pinned tool that has a definition under another name and is no longer listed. Indexed: a server may rename all
 * of its tools at once.
 */
export function formerNames(pinned: PinnedServer, listedTools: ReadonlySet<string>): FindFormer {
  let index: Map<string, readonly [string, string]> | undefined
  return definition => {
    index ??= new Map(
      [...pinned.tool]
        .filter(([name]) => !listedTools.has(name))
        .map(one => [nameless(JSON.parse(one[1])), one] as const),
    )
    return index.size > 0 ? index.get(nameless(definition)) : undefined
  }
}

function nameless(definition: unknown): string {
  if (!isRecord(definition)) return canonicalText(definition)
  const { name, title, ...rest } = definition
  return canonicalText(rest)
}

/** What is pinned under this name, which the server no longer lists. */
export function goneOf(pinned: PinnedServer, kind: PinKind, name: string): Comparison {
  const before: unknown = JSON.parse(pinned[kind].get(name) ?? 'null')
  return {
    ...{ kind, name, isTrusted: false, state: 'gone', before, after: undefined },
    ...{ fields: [], deceptions: [] },
  }
}
