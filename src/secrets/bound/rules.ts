// To which destinations a credential is bound, and which uses that refuses. Pure; the bindings are kept by the stack.

import { createHash } from 'node:crypto'
import type { Part } from './origins.ts'
import type { CredentialUse, Destination } from './uses.ts'

/** One credential and one destination that it may go to. */
export interface Binding {
  name: string
  owner: string
  /** The destination for people. */
  to: string
  /** Hash of the destination without its owner. */
  destination: string
  /** Keyed hashes of the values that went there, newest last; none of what is not a secret. */
  values: string[]
}

/** A use as it would be bound. */
export interface WantedBinding extends Omit<Binding, 'values'> {
  /** Keyed hash of its value; undefined for one that anybody may have. */
  value: string | undefined
  isSecret: boolean
  /** Whether the destination is not known yet: a value that decides it has still to be asked for. */
  isUnknown: boolean
}

/** Keyed: it shows only whether two values are the same. */
export type HashOf = (value: string) => string

/** @param value undefined if it is not known */
export function wantedBinding(use: CredentialUse, value: string | undefined, hashOf: HashOf): WantedBinding {
  const { name, to, isSecret } = use
  const known = value === undefined || isOrdinary(value) ? undefined : hashOf(value)
  return {
    name,
    owner: to.owner,
    to: destinationText(to.parts),
    destination: destinationHash(to, hashOf),
    value: known,
    isSecret,
    isUnknown: to.parts.some(part => part.isUnknown),
  }
}

function destinationText(parts: readonly Part[]): string {
  return parts.map(part => part.text).join(' ')
}

function destinationHash({ parts }: Destination, hashOf: HashOf): string {
  const exact = parts.map(part => (part.isSecret ? [part.text, hashOf(part.exact)] : part.exact))
  return createHash('sha256').update(JSON.stringify(exact)).digest('hex').slice(0, 24)
}

/** Values that two servers may have by chance: short ones, numbers, and words that switch something. */
function isOrdinary(value: string): boolean {
  return (
    value.length < 8 ||
    /^\d+$/.test(value) ||
    /^(disabled|undefined|anonymous|password|changeme)$/i.test(value)
  )
}

/** Bindings, to be searched by name and by value. */
export interface BindingIndex {
  ofName(name: string): readonly Binding[]
  ofValue(value: string): readonly Binding[]
}

export function indexOf(bindings: readonly Binding[]): BindingIndex {
  const byName = Map.groupBy(bindings, one => one.name)
  const byValue = Map.groupBy(
    bindings.flatMap(binding => binding.values.map(value => ({ binding, value }))),
    one => one.value,
  )
  return {
    ofName: name => byName.get(name) ?? [],
    ofValue: value => (byValue.get(value) ?? []).map(one => one.binding),
  }
}

export type Holder = Pick<Binding, 'name' | 'owner' | 'to' | 'destination'>

/**
 * The binding that refuses a use; undefined if it is allowed. What was never used belongs to its `first` use in the file.
 * A value that is known under another name is refused unless that one is bound to the same destination; under its own name it
 * may go wherever the name may go, so that a shared credential can be replaced.
 */
export function refusingBinding(
  wanted: WantedBinding,
  index: BindingIndex,
  first: Holder | undefined,
): Holder | undefined {
  const named = index.ofName(wanted.name)
  const holders: readonly Holder[] = named.length === 0 && first ? [first] : named
  if (holders.length > 0 && !holders.some(one => isSameDestination(one, wanted))) return holders[0]
  const owners = wanted.value === undefined ? [] : index.ofValue(wanted.value)
  const isKnownHere = owners.some(one => one.name === wanted.name || isSameDestination(one, wanted))
  return isKnownHere ? undefined : owners[0]
}

export function isSameDestination(one: Omit<Holder, 'name'>, other: Omit<Holder, 'name'>): boolean {
  return one.owner === other.owner && one.destination === other.destination
}

/** Older values stay bound: they may still be valid. */
const MOST_VALUES = 20

/** The bindings with this one; the same list if nothing of it is new. */
export function withBinding(bindings: readonly Binding[], wanted: WantedBinding): readonly Binding[] {
  const { name, owner, to, destination, value, isSecret } = wanted
  const added = isSecret && value !== undefined ? [value] : []
  const at = bindings.findIndex(one => one.name === name && isSameDestination(one, wanted))
  const found = bindings[at]
  if (!found) return [...bindings, { name, owner, to, destination, values: added }]
  if (added.every(one => found.values.includes(one))) return bindings
  return bindings.with(at, { ...found, values: [...found.values, ...added].slice(-MOST_VALUES) })
}

/** The destination and whose it is: `https://a.example (acme)`. */
export function holderText({ to, owner }: Pick<Holder, 'to' | 'owner'>): string {
  return owner === '' ? to : `${to} (${owner})`
}

/** Why a use is refused: a sentence without a full stop. */
export function refusalText(wanted: WantedBinding, holder: Holder): string {
  const isSameOwner = wanted.owner === holder.owner
  const isSameText = wanted.to === holder.to
  // A value in the address has changed.
  const earlier = isSameOwner && isSameText ? 'the earlier address of ' : ''
  const other = !isSameText ? (isSameOwner ? wanted.to : holderText(wanted)) : isSameOwner ? '' : wanted.owner
  const what =
    wanted.name === holder.name ? wanted.name : `${wanted.name} has the value of ${holder.name}, which`
  return `${what} belongs to ${earlier}${holderText(holder)}${other === '' ? '' : `, not to ${other}`}`
}
