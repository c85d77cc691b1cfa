// Lists: what a client is offered by all servers together.

import { INVALID_PARAMS } from '../../base/http/rpc-codes.ts'
import { visible } from '../../base/text/terminal-text.ts'
import type { RawAnswer } from '../../mcp/connection.ts'
import type { ServedToolset } from '../build/build.ts'
import { KNOWN_KEY, marked } from '../build/sort.ts'
import { failure, passed } from '../calls/pass.ts'
import type { Answer, Answers, FaceContext } from './context.ts'
import type { Offer, OfferKind } from './offers.ts'
import { pageOf } from './pages.ts'
import type { WithheldOffer } from './pinned.ts'
import { shownUri, takenUris } from './uris.ts'

/** Key of `_meta` with the servers whose entries are missing. */
const MISSING_KEY = 'com.supportmax/missing'

/** Key of `_meta` with the entries whose definitions are not the accepted ones. */
const WITHHELD_KEY = 'com.supportmax/withheld'

type Item = Record<string, unknown>

const STARTING = { [KNOWN_KEY]: { state: 'starting' } }

export function listAnswers({ live, offers, nameOf, withheld: pinned }: FaceContext): Answers {
  const list =
    (kind: OfferKind, shownIn: (all: readonly Offer[]) => (offer: Offer) => Item): Answer =>
    async (params, { pool, by }) => {
      // First: it says which servers are away.
      await live.current()
      const all = await offers.list(kind, pool)
      const { missing, mayReach } = await live.current()
      const what = kind === 'prompts' ? 'get_prompt' : 'read_resource'
      // A server that has not come back has nothing any more.
      const isGone = (name: string) => missing.some(one => one.server === name) && !live.listingOf(name)
      const shown = all.filter(({ server }) => mayReach(by, server, what) && !isGone(server))
      const { good, withheld } = pinned.sort(kind, shown)
      const show = shownIn(all)
      const items = good.map(offer => (offer.isKnown ? marked(show(offer), STARTING) : show(offer)))
      return listed(kind, items, { params, missing, withheld })
    }
  return {
    async 'tools/list'(params, { by }) {
      // A client that lists is a reason to look for servers that are away; a change follows when one is back.
      live.refreshMissing()
      const { offeredTo, unpinnedFor, definitions, missing } = await live.current()
      const tools = offeredTo(by).flatMap(({ name }): Item[] => [definitions.get(name) ?? []].flat())
      return listed('tools', tools, { params, missing, withheld: unpinnedFor(by) })
    },
    'prompts/list': list('prompts', () => ({ server, name, item }) => ({
      ...item,
      name: nameOf(server, name),
    })),
    'resources/list': list('resources', withShownUri('uri')),
    'resources/templates/list': list('resourceTemplates', withShownUri('uriTemplate')),
  }
}

function withShownUri(field: 'uri' | 'uriTemplate'): (all: readonly Offer[]) => (offer: Offer) => Item {
  return all => {
    const taken = takenUris(all)
    return ({ server, name, item }) => ({ ...item, [field]: shownUri(server, name, taken) })
  }
}

interface Listing {
  params: Item
  missing: ServedToolset['missing']
  withheld: readonly WithheldOffer[]
}

function listed(key: string, all: readonly Item[], { params, missing, withheld }: Listing): RawAnswer {
  const page = pageOf(all, params)
  if (!page) return failure(INVALID_PARAMS, 'unknown cursor')
  const { items, ...more } = page
  // Without the reason, which names addresses: `status` shows it to a person.
  const absent = missing.map(({ server, state }) => ({ server, state }))
  const _meta = {
    ...(absent.length > 0 && { [MISSING_KEY]: absent }),
    ...(withheld.length > 0 && {
      [WITHHELD_KEY]: withheld.map(({ server, name, reason }) => ({ server, name: visible(name), reason })),
    }),
  }
  return passed({ [key]: items, ...more, ...(Object.keys(_meta).length > 0 && { _meta }) })
}
