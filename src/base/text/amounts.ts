// Times, sizes and counts for people: one spelling each.

/** `0.4 ms`, `43 ms`, `1.2 s`, `12 s`. */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${Number((ms / 1_000).toFixed(ms < 10_000 ? 1 : 0))} s`
}

/** A wait that begins now, in whole seconds, and at least one: `1 s`, `12 s`. */
export function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1_000))} s`
}

/** How long ago or for how long, roughly: `45 s`, `12 min`, `5 h`, `3 d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** The time of day on this machine, `14:03:10`; `tomorrow 14:03:10` after the next midnight. */
export function clockTime(at: number, now: number): string {
  const date = new Date(at)
  const isTomorrow = at > now && date.toDateString() !== new Date(now).toDateString()
  return `${isTomorrow ? 'tomorrow ' : ''}${date.toTimeString().slice(0, 8)}`
}

/** `64 bytes`, `4.2 KB`, `48 KB`, `8.0 MB`; 1 KB is 1,024 bytes. */
export function bytes(count: number): string {
  if (count < 1_024) return counted(count, 'byte')
  const [size, unit] = count < KB_BELOW ? [count / 1_024, 'KB'] : [count / 1_048_576, 'MB']
  return `${size.toFixed(size < 9.95 ? 1 : 0)} ${unit}`
}

/** From here on, KB would be rounded to 1024. */
const KB_BELOW = 1_023.5 * 1_024

/** `999`, `1,200`. */
export function countText(count: number): string {
  // Intl takes some milliseconds at its first use, and most counts need nothing of it.
  if (Number.isInteger(count) && count >= 0 && count < 1_000) return String(count)
  return count.toLocaleString('en')
}

/** `1 tool`, `1,200 tools`; for words whose plural takes an s. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}
