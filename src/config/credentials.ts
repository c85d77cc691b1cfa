import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseEnv } from 'node:util'
import { SupportError } from '../base/errors.ts'
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

/** Environment first, then the file: what a person typed last wins. An unreadable file is an error that names it. */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  const stored = readStored(file)
  return {
    get(name) {
      const value = variables[name] || stored.values[name]
      if (!value) return undefined
      hideSecret(value)
      return value
    },
    warnings: stored.warnings,
    file,
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

function readStored(file: string): { values: Record<string, string | undefined>; warnings: string[] } {
  let text: string
  let mode: number
  try {
    mode = statSync(file).mode
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { values: {}, warnings: [] }
    throw new SupportError('usage', `${file}: cannot be read (${code ?? message})`, {
      hint: 'it must be a file of NAME=value lines, mode 0600',
      cause: error,
    })
  }
  // The demo's values come with supportmax itself and open nothing.
  const open = mode & 0o077 && !file.startsWith(join(packageRoot(), 'templates'))
  return {
    values: parseEnv(text),
    warnings: open ? [`${file} can be read by others: type  chmod 600 ${basename(file)}`] : [],
  }
}
