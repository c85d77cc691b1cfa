// Customers' names in texts, in any case and spelling, also in letters that only look the same.

import { skeleton } from '../../base/text/letters/look-alikes.ts'

export interface NamedCustomer {
  id: string
  name: string
}

export interface CustomerNames {
  /** The customers of whom this is the whole name. */
  exactly(text: string): readonly NamedCustomer[]
  /** The customers that a text names, as whole words: `acme-west` names Acme West, not Acme; `seguranca` names nobody. */
  within(text: string): Mention[]
}

export interface Mention {
  /** The words with their name. */
  text: string
  customers: readonly NamedCustomer[]
}

/** Shorter names are often words. In letters. */
const SHORTEST = 5

export function customerNames(customers: readonly NamedCustomer[]): CustomerNames {
  const spelled = customers.flatMap(one => spellings(one).map(key => ({ key, one })))
  const byKey = new Map(
    [...Map.groupBy(spelled, ({ key }) => key)].map(([key, some]) => [key, some.map(({ one }) => one)]),
  )
  const beginnings = new Set([...byKey.keys()].flatMap(key => [...key].map((_, at) => key.slice(0, at + 1))))

  /** The longest name that begins with this word. */
  function from(
    words: readonly string[],
    at: number,
  ): { end: number; customers: readonly NamedCustomer[] } | undefined {
    let key = ''
    let best: ReturnType<typeof from>
    for (let end = at; end < words.length; end++) {
      key += readWord(words[end] ?? '')
      if (!beginnings.has(key)) break
      const named = byKey.get(key)
      if (named) best = { end: end + 1, customers: named }
    }
    return best
  }

  return {
    exactly: text => byKey.get(read(text)) ?? [],
    within(text) {
      const words = wordsOf(text)
      const found: Mention[] = []
      for (let at = 0; at < words.length; at++) {
        const best = from(words, at)
        if (!best) continue
        found.push({ text: words.slice(at, best.end).join(' '), customers: best.customers })
        at = best.end - 1
      }
      return found
    },
  }
}

/** Whether it is too long to be an ordinary word in the name of a machine. */
export function isLong({ text }: Mention): boolean {
  return read(text).length >= SHORTEST
}

/** In a sentence, a short name counts only as it is written: `Nord` may be one, `nord` is a direction. */
export function isMeantIn(mention: Mention, { name }: NamedCustomer): boolean {
  return isLong(mention) || mention.text === wordsOf(name).join(' ')
}

function spellings({ id, name }: NamedCustomer): string[] {
  const written = name.normalize('NFC').replace(/[äöüßÄÖÜ]/g, one => WRITTEN[one] ?? one)
  return [...new Set([id, name, written].map(read))].filter(one => one !== '')
}

/** What Germans write where there are no such letters. */
const WRITTEN: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue' }

function wordsOf(text: string): string[] {
  return text.normalize('NFC').match(/[\p{L}\p{N}\p{M}\p{Default_Ignorable_Code_Point}]+/gu) ?? []
}

/** `Acme Corp`, `acme_corp` and `AcmeCorp` are one name. */
function read(text: string): string {
  return wordsOf(text).map(readWord).join('')
}

/** In any case: a capital I looks like an l, so both, and i, are one letter. */
function readWord(word: string): string {
  return skeleton(word).replaceAll('i', 'l')
}
