// The tool calls of one conversation, by the numbers under which answers cite them.

import type { ToolOutcome } from '../../toolset/toolset.ts'

/** A call that has ended. */
export interface Evidence {
  /** From 1, in the order in which the calls began. */
  number: number
  server: string
  tool: string
  args: unknown
  /** It may have changed something. */
  isWrite: boolean
  /** A person was asked, and allowed it; undefined if the program was killed before that was written down. */
  byPerson: boolean | undefined
  kind: ToolOutcome['kind']
  /** All that it returned, redacted, also what the model did not get. Throws if its file is gone. */
  text(): string
  /** Of that text, in bytes. */
  size: number
  /** When it began; of one that a person allowed, when that was. */
  at: Date
  /** Milliseconds. */
  took: number
  /** Whether the model got only a part. */
  isLarge: boolean
}

export type BegunCall = Pick<Evidence, 'server' | 'tool' | 'args' | 'isWrite'>

/** A call that has not ended. `isAsked`: a person has not allowed it yet. */
export type WaitingCall = BegunCall & { at: Date; isAsked?: boolean }

export interface EvidenceBook {
  /** Returns the number of a call that begins. */
  begin(call: BegunCall): number
  /** Whether it may change something after all, before it is sent: its server may have changed the tool while it waited. */
  correct(number: number, isWrite: boolean): void
  /** It waits for a person. */
  asked(number: number): void
  /** A person has allowed it: it begins now. */
  allowed(number: number): void
  /** @param byPerson whether a person was asked, and allowed it */
  end(number: number, outcome: ToolOutcome, byPerson?: boolean): void
  /** Undefined for a call that has not ended, and for one that there never was. */
  find(number: number): Evidence | undefined
  /** All that have ended, by number. */
  all(): Evidence[]
}

/** What is known of a call without its result. */
export type CallFacts = Omit<Evidence, 'text'>

/** Writes calls down. */
export interface CallKeeper {
  begun(number: number, call: WaitingCall): void
  /** Returns what reads the text. */
  ended(facts: CallFacts, text: string): () => string
}

export interface BookOptions {
  /** Default: the clock. */
  now?(): Date
  /** Default: in memory. */
  keep?: CallKeeper | undefined
  /** Calls of an earlier run; those that come now get the numbers after theirs. */
  earlier?: readonly Evidence[]
}

/** Of a conversation that has not begun. */
export const NO_EVIDENCE: Pick<EvidenceBook, 'find' | 'all'> = { find: () => undefined, all: () => [] }

export function openBook({ now = () => new Date(), keep, earlier = [] }: BookOptions = {}): EvidenceBook {
  const begun = new Map<number, WaitingCall>()
  const ended = new Map(earlier.map(one => [one.number, one]))
  let last = Math.max(0, ...ended.keys())
  function changed(number: number, change: Partial<WaitingCall>): void {
    const known = begun.get(number)
    if (!known) return
    const one = { ...known, ...change }
    begun.set(number, one)
    keep?.begun(number, one)
  }
  return {
    begin(call) {
      const one = { ...call, at: now() }
      begun.set(++last, one)
      keep?.begun(last, one)
      return last
    },
    correct(number, isWrite) {
      if (begun.get(number)?.isWrite !== isWrite) changed(number, { isWrite })
    },
    asked: number => changed(number, { isAsked: true }),
    allowed: number => changed(number, { isAsked: false, at: now() }),
    end(number, { kind, text, whole = text, took, cutBytes }, byPerson = false) {
      const known = begun.get(number)
      if (!known) return
      const { isAsked: _, ...call } = known
      const size = Buffer.byteLength(whole)
      const facts: CallFacts = { ...call, number, kind, took, byPerson, size, isLarge: cutBytes > 0 }
      ended.set(number, { ...facts, text: keep?.ended(facts, whole) ?? (() => whole) })
    },
    find: number => ended.get(number),
    all: () => [...ended.values()].sort((a, b) => a.number - b.number),
  }
}
