import { statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { SupportError } from '../base/errors.ts'
import { fileStamp, readIfThere } from '../base/files.ts'
import { packageRoot } from '../base/package-root.ts'
import { hideSecret } from '../base/redact.ts'
import { shellWord } from '../base/text/shell-word.ts'
import type { Server } from './project.ts'
import { credentialNames } from './resolve/shared.ts'

/** What is wrong with the file, and what to do about it. */
export interface CredentialsWarning {
  message: string
  hint: string
}

/** Values of credentials, by name. They are held in a closure, so printing this object prints none. */
export interface Credentials {
  /** Undefined if unset or empty. From this call on, the value is hidden in all output. */
  get(name: string): string | undefined
  warnings: CredentialsWarning[]
  /** The credentials file, whether or not it exists. */
  file: string
}

/**
 * The environment wins over the file. An unreadable file is an error. The file is read again when it changes, so that a
 * corrected key needs no restart.
 */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  let stored = readStored(file)
  let stamp = fileStamp(file)
  const { warnings } = stored

  function refresh(): void {
    const now = fileStamp(file)
    if (now === stamp) return
    stamp = now
    try {
      stored = readStored(file)
    } catch {
      // It may be half written: keep the values from before.
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

/** Names of a server's required credentials that have no value. */
export function missingCredentials(server: Server, credentials: Pick<Credentials, 'get'>): string[] {
  const optional = new Set(
    server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
  )
  return [...new Set(credentialNames(server))].filter(
    name => !optional.has(name) && credentials.get(name) === undefined,
  )
}

const LARGEST = 1_048_576

function readStored(file: string): {
  values: Record<string, string | undefined>
  warnings: CredentialsWarning[]
} {
  const source = readIfThere(file, LARGEST)
  if (source === undefined) return { values: {}, warnings: [] }
  // UTF-16 shows by its byte order mark, or by the NUL next to its first letter.
  if (/^(\uFFFD\uFFFD|.?\0)/s.test(source))
    throw new SupportError('usage', `${file}: is not UTF-8 (perhaps UTF-16)`, {
      hint: 'save it as UTF-8, with NAME=value lines',
    })
  const text = source.replace(/^\uFEFF/, '')
  const values = parseEnv(text)
  const broken = Object.keys(values).filter(name => values[name]?.includes('\0'))
  for (const name of broken) delete values[name]
  return {
    values,
    warnings: [
      ...permissionWarnings(file),
      ...strayLines(text).map(line => ({
        message: `${file}:${line}: ignored: neither NAME=value nor a comment`,
        hint: 'remove the line, or write it as NAME=value',
      })),
      ...broken.filter(isName).map(name => ({
        message: `${file}: ignored: the value of ${name} contains a NUL byte`,
        hint: 'write the value again, as plain text',
      })),
    ],
  }
}

function permissionWarnings(file: string): CredentialsWarning[] {
  // The demo's credentials ship with supportmax and give access to nothing real.
  if (file.startsWith(join(packageRoot(), 'templates'))) return []
  const open = statSync(file).mode & 0o077
  return open
    ? [{ message: `${file}: can be read by other users`, hint: `run \`chmod 600 ${shellWord(file)}\`` }]
    : []
}

/** parseEnv() takes any text before a `=` for a name, even a secret. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text)
}

/** One entry as parseEnv() reads it; a quoted value may span lines. */
const ENTRY = /[ \t]*(#.*|(export[ \t]+)?[\w.-]+[ \t]*=[ \t]*((['"`])[\s\S]*?\4|).*)?(\r?\n|$)/y
const MOST_REPORTED = 5

/** Numbers (from 1) of the first few lines that are not entries. Their text may be a secret, so it is never shown. */
function strayLines(text: string): number[] {
  const found: number[] = []
  for (let at = 0; at < text.length && found.length < MOST_REPORTED; ) {
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
