// Where each credential may go. Its first use binds it; any other destination is refused until a person allows it.

import { SupportError } from '../../../base/errors.ts'
import type { Project } from '../../../config/project.ts'
import {
  type Binding,
  type Holder,
  indexOf,
  type WantedBinding,
  withBinding,
} from '../../../secrets/bound/rules.ts'
import type { Credentials } from '../../../secrets/credentials.ts'
import type { KeyedHashes } from '../fingerprint.ts'
import { bindingFile } from './binding-file.ts'
import { bindingJudge, type Consumer, namesOf, type RefusedCredential, refusedBy } from './judge.ts'

export interface Bindings {
  /** What this one must not use; writes nothing. A file that cannot be read refuses everything. */
  refusalsOf(consumer: Consumer): RefusedCredential[]
  /**
   * Binds what these use and have a value for, before it is used. One that is refused something binds nothing. What cannot
   * be written is refused from then on. Never throws.
   */
  bind(consumers: readonly Consumer[]): void
  /** How this one uses a credential, and what refuses that. Throws for a corrupted file. */
  conflictsOf(consumer: Consumer, name: string): { wanted: WantedBinding; holder: Holder | undefined }[]
  /** Lets a credential go where this one uses it, too. Throws for a file that cannot be read or written. */
  allow(consumer: Consumer, name: string): void
  /** Throws for a corrupted file. */
  all(): readonly Binding[]
  /** Removes bindings, and returns how many. Throws for a file that cannot be read or written. */
  forget(isGone: (binding: Binding) => boolean): number
  /** A customer has another id from now on. Throws for a file that cannot be read or written. */
  moveCustomer(before: string, after: string): void
}

export function openBindings(
  folder: string,
  project: Project,
  credentials: Pick<Credentials, 'get'>,
  hashes: KeyedHashes,
): Bindings {
  const file = bindingFile(folder)
  const judge = bindingJudge(project, credentials, hashes)
  /** Why the last attempt to bind something has failed. */
  let fault: SupportError | undefined
  const boundTo = (consumer: Consumer, bindings: readonly Binding[]) => {
    const wanted = judge.wantedBy(consumer)
    if (wanted.some(one => one.isUnknown || judge.holderOf(one, bindings))) return bindings
    return wanted.filter(one => credentials.get(one.name) !== undefined).reduce(withBinding, bindings)
  }
  const wantedOf = (consumer: Consumer, name: string) =>
    judge.wantedBy(consumer).filter(one => one.name === name)
  return {
    refusalsOf: consumer =>
      unlessFaulty(
        () => judge.refusalsOf(consumer, file.read(), fault),
        error => namesOf(consumer).map(name => refusedBy(error, name)),
      ),
    bind(consumers) {
      fault = unlessFaulty(
        () => {
          file.change(bindings => consumers.reduce((list, one) => boundTo(one, list), bindings))
          return undefined
        },
        error => error,
      )
    },
    conflictsOf: (consumer, name) =>
      wantedOf(consumer, name).map(wanted => ({ wanted, holder: judge.holderOf(wanted, file.read()) })),
    allow(consumer, name) {
      file.change(bindings => {
        const wanted = wantedOf(consumer, name)
        return wanted.reduce(withBinding, withFirst(bindings, wanted, judge.holderOf))
      })
    },
    all: () => file.read(),
    forget(isGone) {
      let count = 0
      file.change(bindings => {
        const kept = bindings.filter(one => !isGone(one))
        count = bindings.length - kept.length
        return count === 0 ? bindings : kept
      })
      return count
    },
    moveCustomer: (before, after) =>
      file.change(bindings =>
        bindings.some(one => one.owner === before)
          ? bindings.map(one => (one.owner === before ? { ...one, owner: after } : one))
          : bindings,
      ),
  }
}

function unlessFaulty<T>(work: () => T, otherwise: (error: SupportError) => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof SupportError) return otherwise(error)
    throw error
  }
}

/** A credential that was never used also stays allowed at its first use in the file. */
function withFirst(
  bindings: readonly Binding[],
  wanted: readonly WantedBinding[],
  holderOf: (wanted: WantedBinding, bindings: readonly Binding[]) => Holder | undefined,
): readonly Binding[] {
  const { ofName } = indexOf(bindings)
  const firsts = wanted
    .filter(one => ofName(one.name).length === 0)
    .flatMap(one => holderOf(one, bindings) ?? [])
    .filter(one => wanted.some(({ name }) => name === one.name))
  return [
    ...bindings,
    ...firsts.map(({ name, owner, to, destination }) => ({ name, owner, to, destination, values: [] })),
  ]
}
