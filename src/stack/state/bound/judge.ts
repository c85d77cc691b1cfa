// Which credentials a server or platform must not use, by the bindings as they are now.

import type { SupportError } from '../../../base/errors.ts'
import type { PlatformSettings, Project, Server } from '../../../config/project.ts'
import { credentialNames, platformCredentials } from '../../../config/resolve/shared.ts'
import {
  type Binding,
  type BindingIndex,
  type Holder,
  indexOf,
  isSameDestination,
  refusalText,
  refusingBinding,
  type WantedBinding,
  wantedBinding,
} from '../../../secrets/bound/rules.ts'
import { platformUses, serverUses } from '../../../secrets/bound/uses.ts'
import type { Credentials } from '../../../secrets/credentials.ts'
import type { KeyedHashes } from '../fingerprint.ts'

/** What uses credentials. */
export type Consumer = { server: Server } | { platform: PlatformSettings }

/** A credential that must not be used, and why. */
export interface RefusedCredential {
  name: string
  reason: string
  /** What to do about it. */
  hint: string
}

export interface BindingJudge {
  /** Everything that it uses, as it would be bound. */
  wantedBy(consumer: Consumer): WantedBinding[]
  /** What refuses a use; undefined if it is allowed, or where it goes is not known yet. */
  holderOf(wanted: WantedBinding, bindings: readonly Binding[]): Holder | undefined
  /** @param fault why what is not bound yet cannot be bound */
  refusalsOf(
    consumer: Consumer,
    bindings: readonly Binding[],
    fault: SupportError | undefined,
  ): RefusedCredential[]
}

export function bindingJudge(
  project: Project,
  { get }: Pick<Credentials, 'get'>,
  { hashOf }: KeyedHashes,
): BindingJudge {
  const firstOf = firstConsumers(project)
  let indexed: { bindings: readonly Binding[]; index: BindingIndex } | undefined
  function indexOnce(bindings: readonly Binding[]): BindingIndex {
    if (indexed?.bindings !== bindings) indexed = { bindings, index: indexOf(bindings) }
    return indexed.index
  }
  function wantedBy(consumer: Consumer): WantedBinding[] {
    const uses =
      'server' in consumer ? serverUses(consumer.server, get) : platformUses(consumer.platform, get)
    return uses.map(use => wantedBinding(use, get(use.name), hashOf))
  }
  function holderOf(wanted: WantedBinding, bindings: readonly Binding[]): Holder | undefined {
    const index = indexOnce(bindings)
    const first = index.ofName(wanted.name).length === 0 ? firstOf(wanted.name) : undefined
    const use = first && wantedBy(first).find(one => one.name === wanted.name)
    if (wanted.isUnknown || (use?.isUnknown && use.to === wanted.to && use.owner === wanted.owner))
      return undefined
    return refusingBinding(wanted, index, use)
  }
  return {
    wantedBy,
    holderOf,
    refusalsOf: (consumer, bindings, fault) =>
      wantedBy(consumer).flatMap(wanted => {
        const { name } = wanted
        const holder = holderOf(wanted, bindings)
        if (holder) return [{ name, reason: refusalText(wanted, holder), hint: allowHint(name, consumer) }]
        const isBound = indexOnce(bindings)
          .ofName(name)
          .some(one => isSameDestination(one, wanted))
        return fault && !isBound ? [refusedBy(fault, name)] : []
      }),
  }
}

/** Names of everything that it uses. */
export function namesOf(consumer: Consumer): string[] {
  return 'server' in consumer ? credentialNames(consumer.server) : platformCredentials(consumer.platform)
}

/** A credential that is not used because of an error. */
export function refusedBy({ message, hint }: SupportError, name: string): RefusedCredential {
  return { name, reason: message, hint: hint ?? '' }
}

function allowHint(name: string, consumer: Consumer): string {
  const whom =
    'server' in consumer
      ? `${consumer.server.customer} ${consumer.server.name}`
      : `--platform ${consumer.platform.name}`
  return `run \`supportmax secrets allow ${name} ${whom}\` if that is right`
}

/** Who names a credential first in the file. A platform that the file does not name comes last. */
function firstConsumers({ platforms, customers }: Project): (name: string) => Consumer | undefined {
  let firsts: Map<string, Consumer> | undefined
  return name => {
    firsts ??= new Map(
      consumersIn(platforms, customers)
        .toReversed()
        .flatMap(consumer => namesOf(consumer).map((one): [string, Consumer] => [one, consumer])),
    )
    return firsts.get(name)
  }
}

function consumersIn(platforms: Project['platforms'], customers: Project['customers']): Consumer[] {
  const usable = platforms.filter(one => one.enabled)
  return [
    ...usable.filter(one => one.written).map(platform => ({ platform })),
    ...customers.flatMap(one => one.servers).map(server => ({ server })),
    ...usable.filter(one => !one.written).map(platform => ({ platform })),
  ]
}
