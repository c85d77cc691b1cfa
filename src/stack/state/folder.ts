import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { fileFault } from '../../base/files.ts'
import { hideSecret } from '../../base/redact.ts'
import { OLDER_FILE } from '../../config/older/grafana-servers.ts'
import { keyOf, type Project, type Server } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'
import { type KeySource, openSignInStore, type SignInStore } from '../../mcp/sign-in/store.ts'
import type { Credentials } from '../../secrets/credentials.ts'
import { openPins, type Pins } from '../../toolset/pins/pins.ts'
import { type AcceptedFile, acceptedFile } from './accepted.ts'
import { type Bindings, openBindings } from './bound/bindings.ts'
import { type ConsentFile, consentFile } from './consent.ts'
import { type FailureFile, failureFile } from './failures.ts'
import { keyedHashes } from './fingerprint.ts'
import { type IssuerFile, issuerFile } from './issuers.ts'
import { KEEP_FOLDER } from './lock.ts'
import { tokenFile } from './tokens.ts'

/** Everything that one project keeps between runs, with mode 0600 in a folder of mode 0700. */
export interface StateFolder {
  folder: string
  /** The server's own bearer token; undefined before its first start. */
  token(server: Server): string | undefined
  /** Makes the missing tokens. Call it only under the lock. */
  makeTokens(servers: Server[]): void
  /** The values of a server's credentials and of its token, by name; missing and refused ones are left out. */
  secrets(server: Server): Map<string, string>
  /** Keyed hash of these values: changes with any of them and reveals nothing else. */
  fingerprint(secrets: ReadonlyMap<string, string>): string
  /** Where each credential may go. Bind what is sent, before it is sent. */
  bindings: Bindings
  /** What may be executed. */
  consent: ConsentFile
  /** Which tools the patterns of `read_only_tools` cover. */
  accepted: AcceptedFile
  /** Definitions that were accepted: a file beside the configuration. */
  pins: Pins
  /** Starts that failed. */
  failures: FailureFile
  /** Authorization servers of clients with credentials of their own. */
  issuers: IssuerFile
  /** Sign-ins of people to external servers. */
  signIns: SignInStore
  /** A text that changes when somebody signs in to this server. */
  signInStamp(server: Server): string
}

/** `<stateHome>/<project>-<hash of the config's path>`; made if missing. */
export function openState(project: Project, credentials: Credentials, stateHome: string): StateFolder {
  const folder = stateFolderOf(project.name, project.file, stateHome)
  const bound = boundFolderOf(project.file, stateHome)
  for (const one of [folder, bound]) makePrivate(one)
  const tokens = tokenFile(folder)
  const bindings = openBindings(bound, project, credentials, keyedHashes(bound))
  const token = (server: Server) => {
    // A person who starts the compose file by hand chooses the token and puts it among the credentials.
    const value = credentials.get(server.tokenName) ?? tokens.get(server)
    if (value !== undefined) hideSecret(value)
    return value
  }
  const signIns = openSignInStore(folder, keySource(project, credentials))
  return {
    folder,
    token,
    makeTokens: tokens.make,
    secrets(server) {
      const names = server.tokenEnv ? [...credentialNames(server), server.tokenName] : credentialNames(server)
      const refused = new Set(bindings.refusalsOf({ server }).map(one => one.name))
      return new Map(
        names.flatMap(name => {
          // What is refused is read too, because that hides it in all output.
          const value = name === server.tokenName ? token(server) : credentials.get(name)
          return value === undefined || refused.has(name) ? [] : [[name, value] as const]
        }),
      )
    },
    fingerprint: keyedHashes(folder).fingerprint,
    bindings,
    consent: consentFile(folder),
    accepted: acceptedFile(folder),
    pins: openPins(join(dirname(project.file), 'mcp-lock.json'), folder),
    failures: failureFile(folder),
    issuers: issuerFile(bound),
    signIns,
    signInStamp: server => signIns.stamp(keyOf(server)),
  }
}

function keySource({ encryptionKeyName: name }: Project, credentials: Credentials): KeySource {
  return {
    name,
    load: signal => (name === undefined ? Promise.resolve() : credentials.load([name], signal)),
    value: () => (name === undefined ? undefined : credentials.get(name)),
  }
}

/** Where the state of a project is kept. */
export function stateFolderOf(project: string, file: string, stateHome: string): string {
  return join(stateHome, `${project}-${hashOf(file)}`)
}

/**
 * The folder with the bindings of a configuration file. The project's name is not part of it, because an edit of an address
 * could change the name, too. The older file, which is read only if there is no newer one, has the same folder.
 */
export function boundFolderOf(file: string, stateHome: string): string {
  const isOlder = basename(file) === OLDER_FILE
  return join(stateHome, '.bound', hashOf(isOlder ? join(dirname(file), 'mcp_servers.json') : file))
}

/** Name of the project whose state was kept for this configuration file; of several, the one used last. */
export function projectOfState(file: string, stateHome: string): string | undefined {
  const ending = `-${hashOf(file)}`
  const used = (name: string) => statSync(join(stateHome, name)).mtimeMs
  // With the slash, a file of that name does not exist.
  const names = existsSync(`${stateHome}/`)
    ? readdirSync(stateHome).filter(name => name.endsWith(ending))
    : []
  return names.toSorted((a, b) => used(b) - used(a))[0]?.slice(0, -ending.length)
}

/** Where something is kept for this configuration file, also one with errors; undefined if nothing is. */
export function keptFolderOf(
  file: string,
  stateHome: string,
  project = projectOfState(file, stateHome),
): string | undefined {
  const folder = project === undefined ? undefined : stateFolderOf(project, file, stateHome)
  return folder !== undefined && existsSync(folder) ? folder : undefined
}

function hashOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 8)
}

/** A folder that is private already is left as it is: on a read-only file system it can still be read. */
function makePrivate(folder: string): void {
  const exists = existsSync(folder)
  try {
    makeFolders(folder)
    if (statSync(folder).mode & 0o077) chmodSync(folder, 0o700)
  } catch (error) {
    const failed = exists ? 'cannot be made private' : 'cannot create this folder'
    throw new SupportError('missing', `${folder}: ${failed} (${fileFault(error)})`, {
      hint: exists ? KEEP_FOLDER : 'set XDG_STATE_HOME to a folder that you can write to',
      cause: error,
    })
  }
}

/** Not mkdir's own recursion: under /proc, where nothing can be created, Node's never ends. */
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
