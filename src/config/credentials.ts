import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseEnv } from 'node:util'
import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'
import { hideSecret } from '../base/redact.ts'
import type { Server } from './project.ts'
import { credentialNames } from './resolve/shared.ts'

/** Values of credentials, by name. Closed over, so that printing it prints nothing. */
export interface Credentials {
  /** undefined where it is not set or empty. From here on the value is hidden in all output. */
  get(name: string): string | undefined
  warnings: string[]
  /** The file that was, or would have been, read. */
  file: string
}

/**
 * Environment first, then the file: what a person typed last wins. An unreadable file is an error that names it. A file
 * that is changed later is read again: a mended key needs no new start.
 */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  let stored = readStored(file)
  let stamp = stampOf(file)
  const { warnings } = stored

  function refresh(): void {
    const now = stampOf(file)
    if (now === stamp) return
    stamp = now
    try {
      stored = readStored(file)
    } catch {
      // Half written, perhaps: what was read before goes on.
    }
  }

  return {
    get(name) {
      refresh()
      const value = variables[name] || stored.values[name]
      if (!value) return undefined
      hideSecret(value)
      return value
    },
    warnings,
    file,
  }
}

/** Changes whenever the file does. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}

/** Required credentials of one server that have no value. */
export function missingCredentials(server: Server, credentials: Pick<Credentials, 'get'>): string[] {
  const optional = new Set(
    server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
  )
  return [...new Set(credentialNames(server))].filter(
    name => !optional.has(name) && credentials.get(name) === undefined,
  )
}

const LARGEST = 1_000_000

function readStored(file: string): { values: Record<string, string | undefined>; warnings: string[] } {
  const source = readIfThere(file, LARGEST)
  if (source === undefined) return { values: {}, warnings: [] }
  // Its mark, or the NUL of its first letter.
  if (/^(\uFFFD\uFFFD|.?\0)/s.test(source))
    throw new SupportError('usage', `${file}: is not UTF-8, but perhaps UTF-16`, {
      hint: 'save it again as UTF-8: a file of NAME=value lines',
    })
  const text = source.replace(/^\uFEFF/, '')
  const values = parseEnv(text)
  const broken = Object.keys(values).filter(name => values[name]?.includes('\0'))
  for (const name of broken) delete values[name]
  return {
    values,
    warnings: [
      ...openToOthers(file),
      ...strayLines(text).map(
        line => `${file}:${line}: is neither NAME=value nor a comment, and is not read`,
      ),
      ...broken.filter(isName).map(name => `${file}: the value of ${name} holds a NUL byte, and is not read`),
    ],
  }
}

function openToOthers(file: string): string[] {
  // The demo's values come with supportmax itself and open nothing.
  if (file.startsWith(join(packageRoot(), 'templates'))) return []
  const open = statSync(file).mode & 0o077
  return open ? [`${file} can be read by others: type  chmod 600 ${basename(file)}`] : []
}

/** What parseEnv() takes for a name may be any text before a `=`, also a secret. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text)
}

/** One entry as parseEnv() takes it: a quoted value goes on to its closing quote, over lines. */
const ENTRY = /[ \t]*(#.*|(export[ \t]+)?[\w.-]+[ \t]*=[ \t]*((['"`])[\s\S]*?\4|).*)?(\r?\n|$)/y
const MOST_TOLD = 5

/** Numbers (from 1) of the first lines that hold no entry. Their text may be a secret and is never shown. */
function strayLines(text: string): number[] {
  const found: number[] = []
  for (let at = 0; at < text.length && found.length < MOST_TOLD; ) {
    ENTRY.lastIndex = at
    if (ENTRY.test(text)) at = ENTRY.lastIndex
    else {
      found.push(text.slice(0, at).split('\n').length)
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end + 1
    }
  }
  return found
}
