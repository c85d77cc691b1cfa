// The tokens that open the customers' doors.

import { randomInt } from 'node:crypto'
import { hostname } from 'node:os'
import { SupportError } from '../../base/errors.ts'
import { fileStamp } from '../../base/files.ts'
import { oneLine } from '../../base/text/words.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { finishBeforeExit } from '../../base/waiting/unfinished.ts'
import type { Access } from '../../config/project.ts'
import type { Principal } from '../principal.ts'
import { changeTokens, type KeptToken, readTokens, tokenFileIn } from './file.ts'
import { newToken, tokenHash } from './form.ts'

/** What a new token is for. */
export interface WantedToken {
  customer: string
  role: Access
  lifetimeMs: number
  /** Must be new for this customer (default: the name of this machine, with a number if that is taken). */
  name?: string | undefined
}

/** The tokens of one project. Everything that counts time takes it in milliseconds since 1970 (default: now). */
export interface DoorTokens {
  /**
   * Who presents this token at the door of this customer; undefined if it is unknown, expired, revoked or another customer's,
   * and also if the file cannot be read. Never throws. Notes the day of the use.
   */
  find(token: string, customer: string, now?: number): Principal | undefined
  /** Whether any token opens this customer's door now. Never throws. */
  anyFor(customer: string, now?: number): boolean
  /** Whose metrics this token may read: an id of a customer, or ALL_METRICS. Undefined like find(). */
  metricsOf(token: string, now?: number): string | undefined
  /** Ids of the customers that have tokens, including expired ones. Never throws. */
  customers(now?: number): string[]
  /** Including expired ones, sorted by customer and name. Throws `failed` for a file that cannot be read. */
  list(): KeptToken[]
  /** The token itself is kept nowhere. Throws `usage` for a name that is taken or invalid. */
  create(wanted: WantedToken, now?: number): Promise<{ token: string; kept: KeptToken }>
  /** Revokes the tokens for which this is true, and returns them. Other processes see it within 250 ms. */
  revoke(isGone: (token: KeptToken) => boolean): Promise<KeptToken[]>
  /** Lets the tokens of a customer open the same door under its new id. */
  moveCustomer(from: string, to: string): Promise<void>
}

/** In place of a customer's id: this token reads the metrics of all customers, and opens no door. */
export const ALL_METRICS = '*'

/** How long a change of the file may go unnoticed. */
const LOOK_EVERY_MS = 250
/** A longer text is not worth hashing. */
const LONGEST_TOKEN = 200
/** How long expired tokens are listed. */
const KEEP_EXPIRED_MS = 30 * 86_400_000

/** @param folder the project's state folder, which exists and is private */
export function openTokens(folder: string): DoorTokens {
  const file = tokenFileIn(folder)
  const known = watchedTokens(file)
  const noteUse = lastUseNotes(file)
  function kept(token: string, now: number): KeptToken | undefined {
    if (token.length > LONGEST_TOKEN) return undefined
    // The place of a hash in a map tells nothing about the token that it was made from.
    const hash = tokenHash(token)
    // One that is unknown may just have been created.
    const found = known(now).get(hash) ?? known(now, true).get(hash)
    return found && isValid(found, now) ? found : undefined
  }
  return {
    find(token, customer, now = Date.now()) {
      const found = kept(token, now)
      if (found?.customer !== customer || customer === ALL_METRICS) return undefined
      noteUse(found, now)
      return { id: `token:${found.id}`, name: found.name, role: found.role }
    },
    metricsOf(token, now = Date.now()) {
      const found = kept(token, now)
      if (found) noteUse(found, now)
      return found?.customer
    },
    customers(now = Date.now()) {
      const all = [...known(now).values()].map(one => one.customer)
      return [...new Set(all)].filter(id => id !== ALL_METRICS)
    },
    anyFor(customer, now = Date.now()) {
      return [...known(now).values()].some(one => one.customer === customer && isValid(one, now))
    },
    list: () => readTokens(file).toSorted(byCustomerAndName),
    async create(wanted, now = Date.now()) {
      const token = newToken()
      let kept: KeptToken | undefined
      await changeTokens(file, tokens => {
        const current = tokens.filter(one => Date.parse(one.expires) > now - KEEP_EXPIRED_MS)
        kept = keptToken(wanted, current, { hash: tokenHash(token), now })
        return [...current, kept]
      })
      return { token, kept: kept as KeptToken }
    },
    async revoke(isGone) {
      let gone: KeptToken[] = []
      await changeTokens(file, tokens => {
        gone = tokens.filter(isGone)
        return gone.length === 0 ? tokens : tokens.filter(one => !gone.includes(one))
      })
      return gone
    },
    async moveCustomer(from, to) {
      await changeTokens(file, tokens => {
        // Tokens left over from an earlier customer with that id must not open this one's door.
        const own = tokens.filter(one => one.customer !== to)
        const isSame = own.length === tokens.length && !own.some(one => one.customer === from)
        return isSame ? tokens : own.map(one => (one.customer === from ? { ...one, customer: to } : one))
      })
    },
  }
}

/** Whether the token has not expired. */
export function isValid({ expires }: Pick<KeptToken, 'expires'>, now = Date.now()): boolean {
  return Date.parse(expires) > now
}

/** The tokens by hash; none while the file cannot be read. Looks at the file at most every 250 ms. */
function watchedTokens(file: string): (now: number, again?: boolean) => ReadonlyMap<string, KeptToken> {
  let looked = Number.NEGATIVE_INFINITY
  let stamp: string | undefined
  let byHash: ReadonlyMap<string, KeptToken> = new Map()
  return (now, again = false) => {
    // The clock can be set back.
    if (!again && Math.abs(now - looked) < LOOK_EVERY_MS) return byHash
    looked = now
    const found = fileStamp(file)
    if (found !== stamp) byHash = new Map(tokensOrNone(file).map(one => [one.hash, one]))
    stamp = found
    return byHash
  }
}

function tokensOrNone(file: string): KeptToken[] {
  try {
    return readTokens(file)
  } catch (error) {
    if (error instanceof SupportError) return []
    throw error
  }
}

/** Notes the day on which a token was used, once a day and without waiting. A full disk or a read-only folder loses it. */
function lastUseNotes(file: string): (token: KeptToken, now: number) => void {
  /** Days since 1970. */
  const noted = new Map<string, number>()
  return ({ id, lastUsed }, now) => {
    const today = Math.floor(now / 86_400_000)
    if (noted.get(id) === today) return
    noted.set(id, today)
    const day = new Date(now).toISOString().slice(0, 10)
    if (lastUsed === day) return
    const write = changeTokens(
      file,
      tokens => tokens.map(one => (one.id === id ? { ...one, lastUsed: day } : one)),
      AbortSignal.timeout(TIMEOUTS.lastUse),
    )
    finishBeforeExit(write.catch(() => {}))
  }
}

function keptToken(
  { customer, role, lifetimeMs, name }: WantedToken,
  others: readonly KeptToken[],
  { hash, now }: { hash: string; now: number },
): KeptToken {
  const taken = new Set(
    others.filter(one => one.customer === customer && isValid(one, now)).map(one => one.name),
  )
  return {
    id: newId(others),
    hash,
    name: name === undefined ? freeName(taken) : checkedName(name, taken, customer),
    customer,
    role,
    created: new Date(now).toISOString(),
    expires: new Date(now + lifetimeMs).toISOString(),
  }
}

function checkedName(name: string, taken: ReadonlySet<string>, customer: string): string {
  if (!NAME.test(name))
    throw new SupportError(
      'usage',
      `--name: must be up to 60 letters, digits, spaces and . _ @ -, not "${oneLine(name, 60)}"`,
      {
        hint: 'use a name such as laptop or ci-runner',
      },
    )
  if (taken.has(name)) {
    const isOfMetrics = customer === ALL_METRICS
    const whose = isOfMetrics ? 'there is already a token for metrics' : `${customer} already has a token`
    const choice = isOfMetrics ? '' : ` --customer ${customer}`
    throw new SupportError('usage', `--name: ${whose} named "${name}"`, {
      hint: `use another name, or run \`supportmax token revoke "${name}"${choice}\` first`,
    })
  }
  return name
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,59}$/u

function freeName(taken: ReadonlySet<string>): string {
  const own = hostname().slice(0, 50)
  const name = NAME.test(own) ? own : 'token'
  for (let count = 1; ; count++) {
    const numbered = count === 1 ? name : `${name}-${count}`
    if (!taken.has(numbered)) return numbered
  }
}

/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Short, since people type it; it is no secret. */
function newId(others: readonly KeptToken[]): string {
  for (;;) {
    const id = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    if (!others.some(one => one.id === id)) return id
  }
}

function byCustomerAndName(a: KeptToken, b: KeptToken): number {
  return byLetters(a.customer, b.customer) || byLetters(a.name, b.name)
}

/** Not localeCompare(), whose first use takes some milliseconds of the start of `serve`. */
function byLetters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
