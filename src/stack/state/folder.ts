import { createHash, createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { readIfThere, writeWhole } from '../../base/files.ts'
import { hideSecret } from '../../base/redact.ts'
import type { Credentials } from '../../config/credentials.ts'
import { keyOf, keyText, type Project, type Server } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'

/** What one project keeps between two runs, all of it mode 0600 in a folder of mode 0700. */
export interface State {
  folder: string
  /** The server's own bearer token; undefined before it was ever started. */
  token(server: Server): string | undefined
  /** Makes the tokens that are missing. Call it only under the lock. */
  makeTokens(servers: Server[]): void
  /** All values that one server gets, by name; what has no value is left out. */
  secrets(server: Server): Map<string, string>
  /** Keyed hash of these values: tells that one changed, and nothing else. */
  fingerprint(secrets: ReadonlyMap<string, string>): string
}

/** `<stateHome>/<project>-<hash of the config's path>`; made where it is missing. */
export function openState(project: Project, credentials: Credentials, stateHome: string): State {
  const folder = join(stateHome, `${project.name}-${hashOf(project.file)}`)
  makePrivate(folder)
  const tokensFile = join(folder, 'tokens.json')
  const tokens = (): Record<string, string> => parseTokens(tokensFile)
  const token = (server: Server) => {
    // Whoever starts the compose file by hand chooses the token and puts it among the credentials.
    const value = credentials.get(server.tokenName) ?? tokens()[keyText(keyOf(server))]
    if (value !== undefined) hideSecret(value)
    return value
  }
  return {
    folder,
    token,
    makeTokens(servers) {
      const known = tokens()
      const fresh = servers.filter(server => known[keyText(keyOf(server))] === undefined)
      if (fresh.length === 0) return
      for (const server of fresh) known[keyText(keyOf(server))] = randomBytes(32).toString('base64url')
      writeWhole(tokensFile, `${JSON.stringify(known, null, 1)}\n`, 0o600)
    },
    secrets(server) {
      const names = server.tokenEnv ? [...credentialNames(server), server.tokenName] : credentialNames(server)
      return new Map(
        names.flatMap(name => {
          const value = name === server.tokenName ? token(server) : credentials.get(name)
          return value === undefined ? [] : [[name, value] as const]
        }),
      )
    },
    fingerprint(secrets) {
      const hmac = createHmac('sha256', keyIn(folder))
      for (const [name, value] of [...secrets].sort()) hmac.update(JSON.stringify([name, value]))
      return hmac.digest('hex').slice(0, 24)
    },
  }
}

/** Name of the project whose state was kept for this configuration file, the latest used one first. */
export function projectOfState(file: string, stateHome: string): string | undefined {
  const ending = `-${hashOf(file)}`
  const used = (name: string) => statSync(join(stateHome, name)).mtimeMs
  const names = existsSync(stateHome) ? readdirSync(stateHome).filter(name => name.endsWith(ending)) : []
  return names.toSorted((a, b) => used(b) - used(a))[0]?.slice(0, -ending.length)
}

function hashOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 8)
}

function makePrivate(folder: string): void {
  try {
    makeFolders(folder)
    chmodSync(folder, 0o700)
  } catch (error) {
    throw new SupportError(
      'missing',
      `${folder}: cannot be made (${(error as NodeJS.ErrnoException).code})`,
      {
        hint: 'set XDG_STATE_HOME to a folder that you may write to',
        cause: error,
      },
    )
  }
}

/** Not mkdir's own recursion: under /proc, where nothing can be made, Node's never ends. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return
  makeFolders(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another supportmax was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function parseTokens(file: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(readIfThere(file) ?? '{}')
    if (isTokens(parsed)) return parsed
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new SupportError('failed', `${file}: does not hold what supportmax wrote there`, {
    hint: 'remove it; `supportmax up` then makes new tokens and recreates the servers',
  })
}

function isTokens(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(one => typeof one === 'string')
}

function keyIn(folder: string): string {
  const file = join(folder, 'fingerprint.key')
  const found = readIfThere(file)
  if (found) return found
  const made = randomBytes(32).toString('hex')
  writeWhole(file, made, 0o600)
  return made
}
