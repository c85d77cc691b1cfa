import { dirname, join, resolve } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import { readIfThere } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { LARGEST_CONFIG, parseDocument } from '../document/parse.ts'
import { problemText } from '../document/problems.ts'
import { type Migrated, migrated, OLDER_FILE } from '../older/grafana-servers.ts'
import { changeOf, type FileChange, refuseNewErrors } from './changes.ts'
import { newDocument, withCustomer } from './document.ts'
import { schemaBeside } from './schema-file.ts'

interface MigrationPlan {
  /** The older file, which stays as it is. */
  from: string
  customers: { id: string; name: string }[]
  /** What a person should know, a line each. */
  notes: string[]
  config: FileChange
  /** In the order in which they are written. */
  changes: FileChange[]
}

/** What `config migrate` would write. Throws `usage` if there is nothing to migrate, or something to overwrite. */
export function planMigration(config: string): MigrationPlan {
  const from = join(dirname(config), OLDER_FILE)
  if (readIfThere(config, LARGEST_CONFIG) !== undefined)
    throw new SupportError('usage', `${config}: already exists`, {
      hint: `run \`supportmax import ${from}\` to add the servers of the older file to it`,
    })
  const text = readIfThere(from, LARGEST_CONFIG)
  if (text === undefined)
    throw new SupportError('usage', `${from}: file not found; there is nothing to migrate`, {
      hint: 'run `supportmax init` to write a first configuration',
    })
  const found = olderIn(from, text)
  if (!found)
    throw new SupportError('usage', `${from}: has no "servers" with "name" and "url"`, {
      hint: 'run `supportmax init` to write a configuration',
    })
  const { customers, ...keys } = found.document
  return planOf(from, found, config, () => newDocument(customers, keys))
}

/** The customers of an older file added to a configuration; undefined if the text has another form. */
export function planOlderImport(name: string, text: string, config: string): MigrationPlan | undefined {
  if (parseDocument(name, text).findings.errors.length > 0) return undefined
  const { value } = parseDocument(config, readIfThere(config, LARGEST_CONFIG) ?? '{}')
  const list = isRecord(value) && Array.isArray(value.customers) ? value.customers.filter(isRecord) : []
  const taken = list.flatMap(one => [one.name, one.id].filter(part => typeof part === 'string'))
  const found = olderIn(name, text, new Set(taken.map(one => one.toLowerCase())))
  if (!found) return undefined
  return planOf(name, found, config, before =>
    before === undefined
      ? newDocument(found.document.customers)
      : found.document.customers.reduce<string>(withCustomer, before),
  )
}

function olderIn(name: string, text: string, taken?: ReadonlySet<string>): Migrated | undefined {
  const { value, findings } = parseDocument(name, text)
  const [broken] = findings.errors
  if (!broken) return migrated(value, taken)
  throw new SupportError('usage', problemText({ ...broken, hint: undefined }), { hint: broken.hint })
}

function planOf(
  from: string,
  { document, notes }: Migrated,
  config: string,
  edit: (before: string | undefined) => string,
): MigrationPlan {
  const change = changeOf(resolve(config), edit)
  refuseNewErrors(config, { ...change, hint: `correct it in ${from}; nothing was written` })
  const isNew = change.before === undefined
  return {
    from,
    customers: document.customers.map(({ id, name }) => ({ id: String(id), name: String(name) })),
    notes: notes.map(({ server, key, message }) => `servers[${server}].${key}: ${message}`),
    config: change,
    changes: [...(isNew ? [schemaBeside(change.file)] : []), change],
  }
}
