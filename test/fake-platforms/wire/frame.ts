import type { Instance } from '../instance.ts'
import type { Turn } from '../turn.ts'

/** A piece of a stream as it goes out, and what it is a part of: faults are placed by that. */
export interface Frame {
  bytes: string
  part: 'start' | 'ping' | 'thinking' | 'text' | 'args' | 'other' | 'end'
}

/** A completion request, as far as all dialects share it. */
export interface Ask {
  instance: Instance
  model: string
  /** Names of the offered tools, in order. */
  tools: readonly string[]
  body: Record<string, unknown>
}

/** Whose streams a turn can be said in. */
export interface Wire {
  frames(turn: Turn, ask: Ask): Frame[]
  /** The error as it comes inside of a stream. */
  errorFrame(kind: 'server' | 'overloaded', message: string): Frame
}

export const DEFAULT_USAGE = {
  inputTokens: 11,
  outputTokens: 7,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  thinkingTokens: 0,
}

export function usageOf(turn: Turn): typeof DEFAULT_USAGE {
  return { ...DEFAULT_USAGE, ...(turn.usage as Partial<typeof DEFAULT_USAGE>) }
}

export function pieces(text: string, { chunk = 7 }: Turn): string[] {
  const characters = [...text]
  return Array.from({ length: Math.ceil(characters.length / chunk) }, (_, i) =>
    characters.slice(i * chunk, (i + 1) * chunk).join(''),
  )
}

export function rawArgs(call: NonNullable<Turn['calls']>[number]): string {
  return typeof call.args === 'string' ? call.args : JSON.stringify(call.args ?? {})
}

export function named(event: string, data: object): string {
  return `event: ${event}\n${unnamed(data)}`
}

export function unnamed(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** A comment, which every reader of event streams passes over. */
export const COMMENT: Frame = { bytes: ': keep-alive\n\n', part: 'ping' }

export function times<T>(count: number | undefined, make: () => T): T[] {
  return Array.from({ length: count ?? 0 }, make)
}
