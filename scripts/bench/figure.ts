/** One line of the bench: a ratio or a count, since absolute times say more about the machine than the program. */
export interface Figure {
  what: string
  /** `1.68`, `0 lost`. */
  figure: string
  aim: string
  /** The measured values, for a person. */
  behind: string
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`
}

/** By nearest rank. */
export function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN
}
