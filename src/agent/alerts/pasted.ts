// An alert that a person pasted: what its source says, whoever wrote that.

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
  /** Where the pasted part stands in the text. */
  start: number
  end: number
}

/** Undefined for what is no time, and for the zero of Go. */
export function timeIn(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1971 ? undefined : date
}
