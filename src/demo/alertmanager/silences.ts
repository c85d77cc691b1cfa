import { randomUUID } from 'node:crypto'
import { durationOf, type SilenceData } from '../data.ts'
import { ok, parsed, type SimulatedReply, type SimulatedRequest } from '../reply.ts'
import { fits, type Matcher, matchersOf } from './matching.ts'

interface Silence {
  id: string
  matchers: Matcher[]
  startsAt: string
  endsAt: string
  updatedAt: string
  createdBy: string
  comment: string
}

export type Silences = Map<string, Silence>

/** The initial silences. */
export function firstSilences(data: readonly SilenceData[], now: number): Silences {
  const iso = (ms: number) => new Date(ms).toISOString()
  const made = data.map(({ id, matchers, startedAgo, endsIn, endedAgo, createdBy, comment }): Silence => {
    const startsAt = iso(now - durationOf(startedAgo))
    const endsAt = iso(endedAgo ? now - durationOf(endedAgo) : now + durationOf(endsIn ?? '1h'))
    return { id, matchers: matchersOf(matchers), startsAt, endsAt, updatedAt: startsAt, createdBy, comment }
  })
  return new Map(made.map(silence => [silence.id, silence]))
}

function silenceState({ startsAt, endsAt }: Silence, now: number): 'active' | 'pending' | 'expired' {
  if (Date.parse(endsAt) <= now) return 'expired'
  return Date.parse(startsAt) > now ? 'pending' : 'active'
}

/** Ids of the silences that mute these labels now. */
export function mutedBy(silences: Silences, labels: Record<string, string>, now: number): string[] {
  return [...silences.values()]
    .filter(silence => silenceState(silence, now) === 'active' && fits(labels, silence.matchers))
    .map(silence => silence.id)
}

/** GET and POST /silences, GET and DELETE /silence/{id}; DELETE answers with an empty body. */
export function answerSilences(
  silences: Silences,
  seen: SimulatedRequest,
  now: number,
): SimulatedReply | undefined {
  const shape = (silence: Silence) => ({ ...silence, status: { state: silenceState(silence, now) } })
  if (seen.path === '/api/v2/silences' && seen.method === 'GET') {
    const filters = matchersOf(seen.query.getAll('filter'))
    return ok([...silences.values()].filter(silence => covers(silence, filters)).map(shape))
  }
  if (seen.path === '/api/v2/silences' && seen.method === 'POST') return createSilence(silences, seen, now)
  const id = /^\/api\/v2\/silence\/([^/]+)$/.exec(seen.path)?.[1]
  if (id === undefined) return undefined
  const silence = silences.get(id)
  if (!silence) return { status: 404, json: `silence ${id} not found` }
  if (seen.method === 'GET') return ok(shape(silence))
  if (seen.method !== 'DELETE') return { status: 405, json: 'method not allowed' }
  if (silenceState(silence, now) === 'expired') return { status: 200 }
  const ended = new Date(now).toISOString()
  silences.set(id, { ...silence, endsAt: ended, updatedAt: ended })
  return { status: 200 }
}

/** Alertmanager filters silences by the names and values of their matchers. */
function covers(silence: Silence, filters: readonly Matcher[]): boolean {
  return fits(Object.fromEntries(silence.matchers.map(({ name, value }) => [name, value])), filters)
}

function createSilence(silences: Silences, seen: SimulatedRequest, now: number): SimulatedReply {
  const draft = (parsed(seen) ?? {}) as Partial<Silence>
  const { id, matchers, startsAt, endsAt, createdBy, comment } = draft
  if (!matchers?.length || !startsAt || !endsAt || !createdBy || !comment)
    return {
      status: 422,
      json: { code: 602, message: 'matchers, startsAt, endsAt, createdBy and comment are required' },
    }
  if (fits({}, matchers)) return { status: 400, json: 'at least one matcher must not match the empty string' }
  if (Date.parse(endsAt) <= Date.parse(startsAt))
    return { status: 400, json: 'end time must be after start time' }
  if (id !== undefined && !silences.has(id)) return { status: 404, json: 'silence not found' }
  const silenceID = id ?? randomUUID()
  const updatedAt = new Date(now).toISOString()
  silences.set(silenceID, { id: silenceID, matchers, startsAt, endsAt, updatedAt, createdBy, comment })
  return ok({ silenceID })
}
