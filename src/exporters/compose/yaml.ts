import { createRequire } from 'node:module'
import type * as jsYaml from 'js-yaml'
import { SupportError } from '../../base/errors.ts'
import { escapeUnsafe } from '../../base/text/words.ts'

const require = createRequire(import.meta.url)
const library = () => require('js-yaml') as typeof jsYaml

/**
 * A YAML document with every string in double quotes. Characters that could fool a terminal or a reviewer's eye are
 * escaped; half a surrogate pair, which YAML cannot express, becomes U+FFFD. Keys must be plain words.
 */
export function yamlText(value: object): string {
  const text = library().dump(wellFormed(value), {
    lineWidth: -1,
    noRefs: true,
    forceQuotes: true,
    quoteStyle: 'double',
  })
  // Nearly every file is plain ASCII, and a large one has 100,000 lines: do not escape each of them.
  if (/^[\n\x20-\x7e]*$/.test(text)) return text
  return text.split('\n').map(escapeUnsafe).join('\n')
}

/**
 * The first document of a text; undefined if it is empty. In unresolved merge conflicts, our side is read. Throws a
 * usage error for text that is not YAML, with its position in `file`.
 */
export function parseYaml(text: string, file: string): unknown {
  try {
    return library().loadAll(ourSide(text))[0]
  } catch (error) {
    const { reason, mark } =
      error instanceof library().YAMLException ? error : { reason: String(error), mark: undefined }
    const place = mark ? `${file}:${mark.line + 1}:${mark.column + 1}` : file
    throw new SupportError('usage', `${place}: not valid YAML (${reason})`, {
      hint: 'fix it, or remove it to get new ports and networks for all servers',
      cause: error,
    })
  }
}

/** Drops Git's conflict markers, the common ancestor and their side. */
function ourSide(text: string): string {
  return text
    .replace(/^\|{7}.*\n[\s\S]*?(?=^={7}\r?$)/gm, '')
    .replace(/^={7}\r?\n[\s\S]*?^>{7}.*(\n|$)/gm, '')
    .replace(/^<{7}.*\n/gm, '')
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wellFormed(one)]))
}
