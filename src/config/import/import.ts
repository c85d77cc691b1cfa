import { resolve } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import { currentFolder } from '../../base/package-root.ts'
import { isRecord } from '../../base/records.ts'
import { readCredentialsFile } from '../credentials-file.ts'
import { LARGEST_CONFIG, parseDocument } from '../document/parse.ts'
import { problemText } from '../document/problems.ts'
import { type FileChange, refuseNewErrors } from '../edit/changes.ts'
import { withCredentials } from '../edit/credentials.ts'
import { customerAt, withServers } from '../edit/document.ts'
import { ignoredChange } from '../edit/ignored.ts'
import { schemaBeside } from '../edit/schema-file.ts'
import { interpretProject } from '../load.ts'
import { missingCredentials } from '../missing-credentials.ts'
import type { Project } from '../project.ts'
import { referencesIn } from '../references.ts'
import { slug } from '../resolve/identity.ts'
import { placeOf } from '../settings/secret-places.ts'
import type { ForeignServer } from './foreign.ts'
import { type ForeignFile, KNOWN_CLIENTS, readForeign } from './forms.ts'
import { withPlaces, withProject } from './places.ts'
import { parseForeign } from './syntax.ts'
import type { FoundCredentials } from './texts.ts'
import { type Translated, translate } from './translate.ts'

export interface ImportPlan {
  /** The clients whose form the file has. */
  clients: string
  customer: { name: string; isNew: boolean }
  servers: Translated[]
  /** Names of credentials: those whose value was found, and those to fill in. */
  found: string[]
  missing: string[]
  config: FileChange
  credentials: FileChange
  /** `.gitignore` with the credentials file, if that file is a new one. */
  ignored: FileChange | undefined
  /** The JSON Schema beside a new configuration. */
  schema: FileChange | undefined
}

/** The largest file of another client that is read, in bytes. */
export const LARGEST_FOREIGN = 8 * 1_048_576

/** A file of another client. */
export interface ForeignText {
  /** As it is printed. */
  name: string
  text: string
  /** Where its relative paths belong. */
  folder: string
}

/** Where servers are added. */
interface Target {
  /** Our configuration; need not exist. */
  config: string
  /** Name or id. */
  customer: string
  /** More keys of a customer, and of a file, that are not there yet. */
  fresh?: { customer?: object; document?: object }
}

/** What an import would change. Writes nothing. Throws `usage` for a file that cannot be imported. */
export function planImport({ name, text, folder, ...target }: Target & ForeignText): ImportPlan {
  const foreign = readForeignText({ name, text, folder })
  const hint = 'nothing was written; correct this in the file that you import'
  const plan = planServers(target, hint, translated => foreign.servers.map(translated))
  return { clients: foreign.clients, ...plan }
}

/** The servers in a file, with absolute paths. Throws `usage` for a file that cannot be imported. */
export function readForeignText({ name, text, folder }: ForeignText): ForeignFile {
  const foreign = readForeign(withProject(parseForeign(name, text), currentFolder()))
  if (!foreign)
    throw new SupportError('usage', `${name}: has no MCP servers in a known form`, {
      hint: `supportmax reads the files of ${KNOWN_CLIENTS}`,
    })
  return { ...foreign, servers: foreign.servers.map(one => withPlaces(one, folder)) }
}

/**
 * The same for servers that come from elsewhere. `hint`: what to do if the result would not be valid. `make` gets the
 * function that turns a server of another client into one of ours.
 */
export function planServers(
  { config, customer, fresh = {} }: Target,
  hint: string,
  make: (translated: (foreign: ForeignServer) => Translated) => Translated[],
): Omit<ImportPlan, 'clients'> {
  const file = resolve(config)
  const before = readIfThere(file, LARGEST_CONFIG)
  const ours = before === undefined ? undefined : parseDocument(config, before).value
  if (before !== undefined && !(isRecord(ours) && Array.isArray(ours.customers)))
    refuseForeign(config, before)
  const at = customerAt(ours, customer)
  const { id, taken } = customerOf(ours, at, { name: customer, ...fresh.customer })
  const { credentialsFile } = interpretProject(config, before ?? '{"customers":[]}')
  const credentials: FoundCredentials = new Map(Object.entries(readCredentialsFile(credentialsFile).values))
  const known = new Set(credentials.keys())
  const made = make(one => translate(one, { customer: id, taken, credentials, known, credentialsFile }))
  const servers = withoutFaulty(made, { config, id })
  const added = servers.flatMap(one => (one.server ? [one.server] : []))
  const after = withServers(before, customer, added, fresh)
  refuseNewErrors(config, { before, after, hint })
  // Of a server that was left out, nothing is kept.
  const named = new Set(added.flatMap(one => referencesIn(JSON.stringify(one))))
  for (const name of credentials.keys()) if (!known.has(name) && !named.has(name)) credentials.delete(name)
  for (const name of needed(interpretProject(config, after).project, id, { added, credentials }))
    credentials.set(name, undefined)
  const newOnes = [...credentials].filter(([key]) => !known.has(key))
  const credentialsBefore = readIfThere(credentialsFile, LARGEST_CONFIG)
  const isNewFile = credentialsBefore === undefined && newOnes.length > 0
  return {
    customer: { name: customer, isNew: at < 0 },
    servers,
    found: newOnes.flatMap(([key, one]) => (one === undefined ? [] : [key])),
    missing: newOnes.flatMap(([key, one]) => (one === undefined ? [key] : [])),
    config: { file, before, after, mode: 0o644 },
    credentials: {
      file: credentialsFile,
      before: credentialsBefore,
      after: withCredentials(credentialsBefore ?? '', new Map(newOnes)),
      mode: 0o600,
    },
    ignored: isNewFile ? ignoredChange(file, credentialsFile) : undefined,
    schema: before === undefined ? schemaBeside(file) : undefined,
  }
}

/**
 * Leaves out servers that would not be valid, each with its reason, unless none would be left: one odd server must not
 * block the rest.
 */
function withoutFaulty(servers: Translated[], { config, id }: { config: string; id: string }): Translated[] {
  const checked = servers.map(one => {
    if (!one.server) return one
    const alone = { customers: [{ name: id, id, host: 'host.example.com', mcp_servers: [one.server] }] }
    const [fault] = interpretProject(config, JSON.stringify(alone)).errors
    if (!fault) return one
    const where = fault.path.replace(/^customers\[0\]\.mcp_servers\[0\]\.?/, '')
    const reason = [where, fault.message].filter(Boolean).join(': ')
    return { ...one, server: undefined, notes: [...one.notes, `left out: ${reason}`] }
  })
  return checked.some(one => one.server) ? checked : servers
}

/** Names of credentials that the added servers, which are the last of their customer, need by their type. */
function needed(
  project: Project | undefined,
  id: string,
  { added, credentials }: { added: readonly object[]; credentials: FoundCredentials },
): string[] {
  const all = project?.customers.find(one => one.id === id)?.servers ?? []
  const servers = added.length === 0 ? [] : all.slice(-added.length)
  const get = (name: string) => credentials.get(name)
  const isUnasked = (name: string) => project !== undefined && placeOf(project.secrets, name) !== undefined
  return [...new Set(servers.flatMap(one => missingCredentials(one, { get, isUnasked })))].filter(
    name => !credentials.has(name) && /^\w+$/.test(name),
  )
}

/** Throws what is wrong with a file that has no list of customers, in the words that every command uses. */
function refuseForeign(config: string, text: string): never {
  const [first] = interpretProject(config, text).errors
  const message = first ? problemText({ ...first, hint: undefined }) : `${config}: has no "customers"`
  throw new SupportError('usage', message, { hint: first?.hint })
}

/** The files that a plan writes. The configuration last: it never names one that was lost. */
export function changesOf({
  ignored,
  credentials,
  schema,
  config,
}: Pick<ImportPlan, 'ignored' | 'credentials' | 'schema' | 'config'>): FileChange[] {
  return [...(ignored ? [ignored] : []), credentials, ...(schema ? [schema] : []), config]
}

function customerOf(
  document: unknown,
  at: number,
  { name, id: own }: { name: string; id?: string },
): { id: string; taken: Set<string> } {
  const list = isRecord(document) && Array.isArray(document.customers) ? document.customers : []
  const found: unknown = list[at]
  if (!isRecord(found)) return { id: own ?? slug(name), taken: new Set() }
  const servers = Array.isArray(found.mcp_servers) ? found.mcp_servers.filter(isRecord) : []
  const id = typeof found.id === 'string' ? found.id : slug(String(found.name))
  return { id, taken: new Set(servers.map(one => String(one.name ?? one.type))) }
}
