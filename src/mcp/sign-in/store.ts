// One file for each sign-in. What is secret in it is encrypted if there is a key.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readFormatted } from '../../base/disk/formatted.ts'
import { withFileLock } from '../../base/disk/lock-file.ts'
import { seal, sealKeyIn, unseal } from '../../base/disk/sealed.ts'
import { SupportError } from '../../base/errors.ts'
import { checkWritable, fileFault, fileStamp, writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { hideSecret } from '../../base/redact.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import { type KeptSignIn, loginCommand } from './sign-in.ts'

const FORMAT = 1

/** The credential with the key that encrypts the files. */
export interface KeySource {
  /** undefined: the files are not encrypted. */
  name: string | undefined
  load(signal?: AbortSignal): Promise<void>
  value(): string | undefined
}

/** All sign-ins of one project, in files of mode 0600. */
export interface SignInStore {
  /** Loads the key; to be called before read() and write(). Never throws. */
  unlock(signal?: AbortSignal): Promise<void>
  /**
   * The sign-in to this server; undefined if there is none. Throws a SupportError for a file that is corrupted, belongs to
   * another server, or cannot be decrypted. Such a file is left alone.
   */
  read(key: ServerKey): KeptSignIn | undefined
  /** Replaces the file as a whole. Call it only under the lock. */
  write(signIn: KeptSignIn): void
  /** Throws now what write() would throw later. */
  checkWritable(key: ServerKey): void
  /** Whether there was a file. Call it only under the lock. */
  remove(key: ServerKey): boolean
  /** A text that changes whenever the file does; empty if there is none. */
  stamp(key: ServerKey): string
  /** Does the work while no other process changes this sign-in. */
  locked<T>(key: ServerKey, work: () => Promise<T>): Promise<T>
}

/** Bytes that must be free before a refresh token is used up: the next tokens may be longer. */
const ROOM = 64 * 1024

/** @param state the project's state folder, which exists and is private */
export function openSignInStore(state: string, key: KeySource): SignInStore {
  const folder = join(state, 'sign-ins')
  // Neither part contains a dot or a slash.
  const fileOf = ({ customer, server }: ServerKey) => join(folder, `${customer}.${server}.json`)
  function makeFolder(): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw new SupportError('failed', `${folder}: cannot be created (${fileFault(error)})`, {
        hint: 'make its parent folder writable, or remove the file of that name',
        cause: error,
      })
    }
  }
  return {
    unlock: signal => key.load(signal),
    read(of) {
      const signIn = readSignIn(fileOf(of), of, key)
      if (signIn) hideTokens(signIn)
      return signIn
    },
    write(signIn) {
      hideTokens(signIn)
      writeWhole(fileOf(signIn), textOf(signIn, key), 0o600)
    },
    checkWritable(of) {
      sealKeyOf(key)
      makeFolder()
      checkWritable(fileOf(of), ROOM)
    },
    remove(of) {
      const exists = fileStamp(fileOf(of)) !== ''
      rmSync(fileOf(of), { force: true })
      return exists
    },
    stamp: of => fileStamp(fileOf(of)),
    async locked(of, work) {
      makeFolder()
      const late = AbortSignal.timeout(TIMEOUTS.signInLock)
      return withFileLock(`${fileOf(of)}.lock`, late, work).catch(error => {
        throw error === late.reason ? lockedFor(of) : error
      })
    },
  }
}

function lockedFor(of: ServerKey): SupportError {
  const waited = milliseconds(TIMEOUTS.signInLock)
  return new SupportError(
    'failed',
    `${keyText(of)}: another supportmax has held this sign-in for ${waited}`,
    {
      hint: 'wait for it, or end it',
    },
  )
}

function hideTokens({ tokens, client }: KeptSignIn): void {
  for (const secret of [tokens?.access, tokens?.refresh, client.secret]) if (secret) hideSecret(secret)
}

/** The part of the file that is never encrypted: it says whose the rest is. */
type Label = Pick<KeptSignIn, 'customer' | 'server' | 'issuer'>

function textOf(signIn: KeptSignIn, key: KeySource): string {
  // The path of an address may be secret, so it is encrypted too.
  const { customer, server, issuer, ...rest } = signIn
  const label = { customer, server, issuer }
  const sealKey = sealKeyOf(key)
  const kept = sealKey ? { sealed: seal(JSON.stringify(rest), sealKey, contextOf(label)) } : { signIn: rest }
  return `${JSON.stringify({ format: FORMAT, ...label, ...kept }, null, 1)}\n`
}

function contextOf({ customer, server, issuer }: Label): string {
  return JSON.stringify(['sign-in', customer, server, issuer])
}

const MAKE_KEY = 'openssl rand -base64 32'

function sealKeyOf({ name, value }: KeySource): Buffer | undefined {
  if (name === undefined) return undefined
  const text = value()
  if (text === undefined)
    throw new SupportError('usage', `no value for ${name}, which "encryption_key_env" names`, {
      hint: `put the key that encrypts sign-ins into the credentials file or the environment; \`${MAKE_KEY}\` makes one`,
    })
  const key = sealKeyIn(text.trim())
  if (key) return key
  throw new SupportError('usage', `${name}: not a key of 32 bytes in base64 or hex`, {
    hint: `make one with \`${MAKE_KEY}\``,
  })
}

function readSignIn(file: string, of: ServerKey, key: KeySource): KeptSignIn | undefined {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return undefined
  const hint = `run \`${loginCommand(of)}\` to sign in again`
  const refuse = (what: string) => new SupportError('failed', `${file}: ${what}`, { hint })
  if (found === 'broken' || !isLabel(found)) throw refuse('is corrupted')
  const { customer, server, issuer } = found
  if (customer !== of.customer || server !== of.server)
    throw refuse(`belongs to ${keyText({ customer, server })}, not to ${keyText(of)}`)
  const label = { customer, server, issuer }
  const rest = typeof found.sealed === 'string' ? opened(file, found.sealed, { label, key }) : found.signIn
  if (!isRest(rest)) throw refuse('is corrupted')
  return { ...rest, ...label }
}

function opened(file: string, sealed: string, { label, key }: { label: Label; key: KeySource }): unknown {
  const sealKey = sealKeyOf(key)
  if (sealKey === undefined)
    throw new SupportError('usage', `${file}: is encrypted, but there is no "encryption_key_env"`, {
      hint: `set "encryption_key_env", or run \`${loginCommand(label)}\` to sign in again`,
    })
  const text = unseal(sealed, sealKey, contextOf(label))
  if (text !== undefined) return JSON.parse(text)
  throw new SupportError('usage', `${file}: cannot be decrypted with the key in ${key.name}`, {
    hint: `set ${key.name} to the previous key, or run \`${loginCommand(label)}\` to sign in again`,
  })
}

function isLabel(value: Record<string, unknown>): value is Record<string, unknown> & Label {
  return ['customer', 'server', 'issuer'].every(name => typeof value[name] === 'string')
}

function isRest(value: unknown): value is Omit<KeptSignIn, keyof Label> {
  if (!isRecord(value) || !isRecord(value.client) || !isRecord(value.endpoints)) return false
  const { tokens, client, endpoints } = value
  if ([value.url, client.id, endpoints.token].some(text => typeof text !== 'string')) return false
  return isTextOrNone(client.secret) && (tokens === undefined || (isRecord(tokens) && isTokens(tokens)))
}

function isTokens({ access, refresh, expiresAt, obtainedAt }: Record<string, unknown>): boolean {
  const isEnd = expiresAt === undefined || typeof expiresAt === 'number'
  return typeof access === 'string' && isTextOrNone(refresh) && isEnd && typeof obtainedAt === 'number'
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
