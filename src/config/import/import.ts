import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { readCredentialsFile } from '../credentials-file.ts'
import { parseDocument } from '../document/parse.ts'
import { problemText } from '../document/problems.ts'
import { type FileChange, refuseNewErrors } from '../edit/changes.ts'
import { withCredentials } from '../edit/credentials.ts'
import { customerAt, withServers } from '../edit/document.ts'
import { schemaBeside } from '../edit/schema-file.ts'
import { interpretProject } from '../load.ts'
import { slug } from '../resolve/identity.ts'
import { type ForeignServer, KNOWN_CLIENTS, readForeign } from './forms.ts'
import { type FoundCredentials, type Translated, translate } from './translate.ts'

export interface ImportPlan {
  /** Whose form the file has. */
  clients: string
  customer: { name: string; isNew: boolean }
  servers: Translated[]
  /** Names of credentials: those whose value was found, and those to fill in. */
  found: string[]
  missing: string[]
  config: FileChange
  credentials: FileChange
  /** The JSON Schema beside a new configuration. */
  schema: FileChange | undefined
}

const LARGEST = 8 * 1_048_576

/** Where servers are added. */
export interface Target {
  /** Our configuration; need not exist. */
  config: string
  /** Name or id. */
  customer: string
  /** Where relative paths of the new servers belong. */
  folder: string
}

/** What an import would change. Writes nothing. Throws `usage` for a file that cannot be imported. */
export function planImport({ name, text, ...target }: Target & { name: string; text: string }): ImportPlan {
  const { value, findings } = parseDocument(name, text)
  const [broken] = findings.errors
  if (broken)
    throw new SupportError('usage', problemText({ ...broken, hint: undefined }), { hint: broken.hint })
  const foreign = readForeign(value)
  if (!foreign)
    throw new SupportError('usage', `${name}: has no MCP servers in a known form`, {
      hint: `supportmax reads the files of ${KNOWN_CLIENTS}`,
    })
  const hint = 'nothing was written; correct this in the file that you import'
  const plan = planServers(target, hint, translated => foreign.servers.map(translated))
  return { clients: foreign.clients, ...plan }
}

/**
 * The same for servers that come from elsewhere. `hint`: what to do if the result would not be valid. `make` gets the
 * function that turns a server of another client into one of ours.
 */
export function planServers(
  { config, customer, folder }: Target,
  hint: string,
  make: (translated: (foreign: ForeignServer) => Translated) => Translated[],
): Omit<ImportPlan, 'clients'> {
  const file = resolve(config)
  const before = readIfThere(file, LARGEST)
  const ours = before === undefined ? undefined : parseDocument(config, before).value
  const at = customerAt(ours, customer)
  const { id, taken } = customerOf(ours, at, customer)
  const { credentialsFile } = interpretProject(config, before ?? '{"customers":[]}')
  const credentials = new Map<string, string | undefined>(
    Object.entries(readCredentialsFile(credentialsFile).values),
  )
  const known = new Set(credentials.keys())
  const variablesIn = (path: string) => variablesOf(resolve(folder, path))
  const servers = make(one => translate(one, { customer: id, taken, credentials, known, variablesIn }))
  const added: FoundCredentials = new Map([...credentials].filter(([key]) => !known.has(key)))
  const after = withServers(
    before,
    customer,
    servers.flatMap(one => (one.server ? [one.server] : [])),
  )
  refuseNewErrors(config, { before, after, hint })
  const credentialsBefore = readIfThere(credentialsFile, LARGEST)
  return {
    customer: { name: customer, isNew: at < 0 },
    servers,
    found: [...added].flatMap(([key, one]) => (one === undefined ? [] : [key])),
    missing: [...added].flatMap(([key, one]) => (one === undefined ? [key] : [])),
    config: { file, before, after, mode: 0o644 },
    credentials: {
      file: credentialsFile,
      before: credentialsBefore,
      after: withCredentials(credentialsBefore ?? '', added),
      mode: 0o600,
    },
    schema: before === undefined ? schemaBeside(file) : undefined,
  }
}

/** The files that a plan writes. The credentials first: a configuration never names one that was lost. */
export function changesOf({
  credentials,
  schema,
  config,
}: Pick<ImportPlan, 'credentials' | 'schema' | 'config'>): FileChange[] {
  return [credentials, ...(schema ? [schema] : []), config]
}

function customerOf(document: unknown, at: number, name: string): { id: string; taken: Set<string> } {
  const list = isRecord(document) && Array.isArray(document.customers) ? document.customers : []
  const found: unknown = list[at]
  if (!isRecord(found)) return { id: slug(name), taken: new Set() }
  const servers = Array.isArray(found.mcp_servers) ? found.mcp_servers.filter(isRecord) : []
  const id = typeof found.id === 'string' ? found.id : slug(String(found.name))
  return { id, taken: new Set(servers.map(one => String(one.name ?? one.type))) }
}

function variablesOf(path: string): Record<string, string> {
  const text = readIfThere(path, LARGEST)
  if (text === undefined)
    throw new SupportError('usage', `${path}: file not found`, {
      hint: 'correct "envFile", or create the file',
    })
  return Object.fromEntries(Object.entries(parseEnv(text)).map(([key, value]) => [key, value ?? '']))
}
