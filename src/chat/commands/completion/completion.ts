export interface Completion {
  /** The part of the line that a row replaces. */
  from: number
  to: number
  /** What is being typed: `/`, the name of a command for its argument, or `word` for one in a question. */
  about: string
  rows: readonly CompletionRow[]
  /** Whether something else than a row can be meant: then none is chosen without an arrow key. */
  isOpenEnded: boolean
}

export interface CompletionRow {
  /** What it puts into the line. */
  value: string
  /** What the list shows of it (default: the value). */
  label?: string
  summary: string
  /** Enter takes it and submits the line; otherwise more can be typed. */
  isWhole: boolean
}
