// The beginnings of a request: what vendors compare, and what is kept between runs to know their caches.

import { createHash } from 'node:crypto'
import type { Message, ModelRequest, ToolSpec } from '../../platforms/platform.ts'

/** A beginning of a request that ends where a message ends, or before the first one. */
export interface Prefix {
  /** Of everything in it. */
  hash: string
  /** Its part of the whole request, 0..1, by characters. */
  share: number
}

/** When a prefix was last used, in milliseconds since 1970; 0 = never. */
export interface PrefixUse {
  /** By a request that was sent. */
  realAt: number
  /** By a request that would have been sent if the baseline had answered everything. */
  asIfAt: number
}

/** Prefixes by account, kept across conversations and processes. An account is one key at one platform, and a model. */
export interface PrefixStore {
  usesOf(account: string, hashes: readonly string[]): Map<string, PrefixUse>
  /** Both in one step: another process must not see one without the other. */
  use(account: string, hashes: readonly string[], at: Partial<PrefixUse>): void
}

/** Far more messages than one turn adds, so that the longest match is always among the newest of them. */
const MOST_PREFIXES = 100

/** The prefixes of a request, shortest first: instructions and tools, then up to the end of each message. */
export function prefixesOf({ system, tools, messages }: ModelRequest): Prefix[] {
  const texts = [headText(system, tools), ...messages.map(textOf)]
  const whole = texts.reduce((sum, text) => sum + text.length, 0)
  let hash = ''
  let length = 0
  const all = texts.map(text => {
    hash = hashOf(hash + text)
    length += text.length
    return { hash, share: length / whole }
  })
  const [head] = all
  return all.length <= MOST_PREFIXES || !head ? all : [head, ...all.slice(1 - MOST_PREFIXES)]
}

/** A store for one process. */
export function openPrefixes(): PrefixStore {
  const all = new Map<string, PrefixUse>()
  return {
    usesOf: (account, hashes) =>
      new Map(
        hashes.flatMap(hash => {
          const use = all.get(`${account}\n${hash}`)
          return use ? [[hash, use] as const] : []
        }),
      ),
    use(account, hashes, at) {
      for (const hash of hashes) {
        const { realAt, asIfAt } = all.get(`${account}\n${hash}`) ?? { realAt: 0, asIfAt: 0 }
        const use = { realAt: Math.max(realAt, at.realAt ?? 0), asIfAt: Math.max(asIfAt, at.asIfAt ?? 0) }
        all.set(`${account}\n${hash}`, use)
      }
    },
  }
}

const heads = new WeakMap<readonly ToolSpec[], { system: string; text: string }>()

function headText(system: string, tools: readonly ToolSpec[]): string {
  const known = heads.get(tools)
  if (known?.system === system) return known.text
  const text = JSON.stringify([system, tools])
  heads.set(tools, { system, text })
  return text
}

function textOf(message: Message): string {
  if (message.role !== 'assistant') return `${message.role}\n${message.text}\n`
  return `assistant\n${message.text}\n${message.calls.map(call => `${call.name} ${call.rawArgs}`).join('\n')}\n`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
