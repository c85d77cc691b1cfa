// The list of values that must never be shown. Code that reads a credential registers it here first; errors, logs and
// results pass through redact() on their way out.

const secrets = new Set<string>()
let pattern: RegExp | undefined

/** Shorter values would hide ordinary words ("a", "on") all over the output. */
const SHORTEST_SECRET = 6

/** A secret of several lines, such as a private key, may be quoted line by line; shorter lines are harmless. */
const SHORTEST_LINE = 8

/** From now on redact() hides `value`: verbatim, URL-encoded, Base64-encoded, JSON-escaped, and each of its lines. */
export function hideSecret(value: string): void {
  if (value.length < SHORTEST_SECRET || secrets.has(value)) return
  secrets.add(value)
  pattern = undefined
}

/** `text` with every known secret replaced by `‹hidden›`. */
export function redact(text: string): string {
  if (secrets.size === 0) return text
  pattern ??= new RegExp([...secrets].flatMap(forms).sort(longestFirst).map(escapePattern).join('|'), 'g')
  return text.replace(pattern, '‹hidden›')
}

function forms(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter(line => line.length >= SHORTEST_LINE)
  return [...new Set([secret, ...lines].flatMap(spellings))]
}

function spellings(text: string): string[] {
  return [text, encodeURIComponent(text.toWellFormed()), JSON.stringify(text).slice(1, -1), ...base64Of(text)]
}

/** `text` inside longer Base64: one spelling for each of the three possible offsets, in both alphabets. */
function base64Of(text: string): string[] {
  const inner = [0, 1, 2].map(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const letters = bytes.toString('base64').replace(/=+$/, '')
    // Letters at the edges also carry bits of the neighbouring bytes.
    const end = bytes.length % 3 === 0 ? letters.length : letters.length - 1
    return letters.slice(before === 0 ? 0 : before + 1, end)
  })
  const long = inner.filter(letters => letters.length >= SHORTEST_LINE)
  return long.flatMap(letters => [letters, letters.replaceAll('+', '-').replaceAll('/', '_')])
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
