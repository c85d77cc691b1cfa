import { visible } from '../../base/text/terminal-text.ts'
import type { Server } from '../../config/project.ts'
import type { PinKind } from '../pins/lock-file.ts'
import type { Pins } from '../pins/pins.ts'
import { type Offer, type OfferKind, offerOf } from './offers.ts'

/** Prompts and templates whose definitions are not the accepted ones. */
export interface OfferPins {
  /** Why this entry must not be used; undefined if it may be. The reason has no text of the server. */
  faultOf(kind: OfferKind, offer: Offer): string | undefined
  /** What was accepted of this kind. */
  acceptedOf(server: string, kind: OfferKind): Offer[]
  /** These entries without those, and those with their reasons, their names safe to show. */
  sort(kind: OfferKind, offers: readonly Offer[]): { good: Offer[]; withheld: WithheldOffer[] }
}

export interface WithheldOffer {
  server: string
  name: string
  reason: string
}

/** Resources are not pinned: they are data, and change all the time. */
const PINNED: Partial<Record<OfferKind, { kind: PinKind; word: string }>> = {
  prompts: { kind: 'prompt', word: 'prompt' },
  resourceTemplates: { kind: 'template', word: 'resource template' },
}

/** @param onWithheld called with the word for a kind, and what is withheld of it */
export function offerPins(
  servers: readonly Server[],
  pins: Pins | undefined,
  onWithheld: (word: string, names: readonly string[]) => void,
): OfferPins {
  function faultOf(kind: OfferKind, { server, name, item }: Offer): string | undefined {
    const pinned = PINNED[kind]
    const its = servers.find(one => one.name === server)
    if (!pinned || !pins || !its) return undefined
    const verdict = pins.of(its).verdictOn(pinned.kind, name, item)
    return verdict.kind === 'withheld' ? verdict.reason : undefined
  }

  return {
    faultOf,
    acceptedOf(server, kind) {
      const pinned = PINNED[kind]
      const its = servers.find(one => one.name === server)
      const items = pinned && pins && its ? pins.of(its).known(pinned.kind) : []
      return items.flatMap(item => {
        const offer = offerOf(server, kind, item)
        return offer ? [{ ...offer, isKnown: true as const }] : []
      })
    },
    sort(kind, offers) {
      const pinned = PINNED[kind]
      if (!pinned) return { good: [...offers], withheld: [] }
      const judged = offers.map(offer => ({ offer, reason: faultOf(kind, offer) }))
      const withheld = judged.flatMap(({ offer: { server, name }, reason }) =>
        reason === undefined ? [] : [{ server, name: visible(name), reason }],
      )
      onWithheld(
        pinned.word,
        withheld.map(one => `${one.server} ${one.name}`),
      )
      return { good: judged.flatMap(one => (one.reason === undefined ? [one.offer] : [])), withheld }
    },
  }
}
