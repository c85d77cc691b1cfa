// An alert that a person pasted: what its source says. Anyone may have written that.

export interface PastedAlert {
  labels: ReadonlyMap<string, string>
  state: 'firing' | 'resolved' | 'suppressed' | undefined
  startsAt: Date | undefined
  /** Where it comes from: a link to the rule's query. */
  source: string | undefined
}

export interface PastedAlerts {
  /** At least one. */
  alerts: readonly PastedAlert[]
  receiver: string | undefined
  /** What else is written: around the alerts, and in them, apart from labels and receiver. */
  rest: readonly string[]
  /** Where the alerts are in the text: `end` is behind them. */
  start: number
  end: number
}

/** Undefined for what is not a time, and for Go's zero time. */
export function timeIn(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1971 ? undefined : date
}
