// Times, sizes and counts for people: one spelling each.

/** `0.4 ms`, `43 ms`, `1.2 s`, `12 s`. */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${Number((ms / 1_000).toFixed(ms < 10_000 ? 1 : 0))} s`
}

/** How long ago or for how long, roughly: `45s`, `12m`, `5h`, `3d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)}h` : `${Math.round(seconds / 86_400)}d`
}

/** `4.2 KB`, `48 KB`, `8 MB`; 1 KB is 1,024 bytes. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} bytes`
  if (count < 1_048_576) return `${(count / 1_024).toFixed(count < 10_240 ? 1 : 0)} KB`
  return `${Number((count / 1_048_576).toFixed(1))} MB`
}

/** `1 tool`, `3 tools`; for words whose plural takes an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
