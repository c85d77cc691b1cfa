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
  /** A person was asked, and allowed it. */
  byPerson: boolean
  kind: ToolOutcome['kind']
  /** All that it returned, redacted, also what the model did not get. Throws if its file is gone. */
  text(): string
  /** Of that text, in bytes. */
  size: number
  /** When it began. */
  at: Date
  /** Milliseconds. */
  took: number
  /** Whether the model got only a part. */
  isLarge: boolean
}

export type BegunCall = Pick<Evidence, 'server' | 'tool' | 'args' | 'isWrite'>

export interface EvidenceBook {
  /** Returns the number of a call that begins. */
  begin(call: BegunCall): number
  /** @param byPerson whether a person was asked, and allowed it */
  end(number: number, outcome: ToolOutcome, byPerson?: boolean): void
  /** Undefined for a call that has not ended, and for one that there never was. */
  find(number: number): Evidence | undefined
  /** All that have ended, by number. */
  all(): Evidence[]
  /** Removes what is kept outside of this process. */
  close(): void
}

/** Keeps a large text outside of this process. */
export type KeepText = (text: string) => { read(): string; remove(): void }

export interface BookOptions {
  /** Default: the clock. */
  now?(): Date
  /** Default: in memory. */
  keep?: KeepText | undefined
}

/** Longer texts are kept elsewhere. In characters. */
const MOST_IN_MEMORY = 65_536

export function openBook({ now = () => new Date(), keep }: BookOptions = {}): EvidenceBook {
  const begun: (BegunCall & { at: Date })[] = []
  const ended = new Map<number, Evidence>()
  const removals: (() => void)[] = []
  let isClosed = false

  function kept(text: string): () => string {
    // A call may end after its conversation; nobody would remove its file.
    if (!keep || isClosed || text.length <= MOST_IN_MEMORY) return () => text
    try {
      const { read, remove } = keep(text)
      removals.push(remove)
      return read
    } catch {
      // A full disk must not cost the answer.
      return () => text
    }
  }

  return {
    begin: call => begun.push({ ...call, at: now() }),
    end(number, { kind, text, whole = text, took, cutBytes }, byPerson = false) {
      const call = begun[number - 1]
      if (!call) return
      const size = Buffer.byteLength(whole)
      const isLarge = cutBytes > 0
      ended.set(number, { ...call, number, kind, took, byPerson, text: kept(whole), size, isLarge })
    },
    find: number => ended.get(number),
    all: () => [...ended.values()].sort((a, b) => a.number - b.number),
    close() {
      isClosed = true
      for (const remove of removals.splice(0)) remove()
    },
  }
}
