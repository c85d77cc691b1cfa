import { basename, dirname, join } from 'node:path'
import { SupportError } from '../../base/errors.ts'
import type { FileChange } from '../edit/changes.ts'
import { ignoredChange } from '../edit/ignored.ts'
import {
  changesOf,
  type ForeignText,
  type ImportPlan,
  planServers,
  readForeignText,
} from '../import/import.ts'
import { OLDER_FILE } from '../older/grafana-servers.ts'

/** What a person, or the flags, said. */
interface InitAnswers {
  /** Path of the configuration, which does not exist yet. */
  config: string
  customer: {
    name: string
    id?: string | undefined
    host?: string | undefined
    environment?: string | undefined
    access?: string | undefined
  }
  /** Servers of the catalogue's types, as they are written. */
  servers: Record<string, unknown>[]
  /** Files of other clients. */
  files: ForeignText[]
  runtime?: 'auto' | 'docker' | 'local' | undefined
}

export interface InitPlan extends Omit<ImportPlan, 'clients'> {
  /** In the order in which they are written; the configuration is the last. */
  changes: FileChange[]
}

/** What `init` would write. Throws `usage` for answers that make no valid configuration. */
export function planInit({ config, customer, servers, files, runtime }: InitAnswers): InitPlan {
  const { name, ...keys } = customer
  const set = Object.fromEntries(Object.entries(keys).filter(([, one]) => one !== undefined))
  const fresh = { customer: set, document: runtime === undefined ? {} : { runtime } }
  const foreign = files.flatMap(one => readForeignText(one).servers)
  const hint = 'correct this; nothing was written'
  const plan = planServers({ config, customer: name, fresh }, hint, translated => [
    ...servers.map(server => ({ from: String(server.name ?? server.type), server, notes: [] })),
    ...foreign.map(translated),
  ])
  // A file of its own even if nothing is missing yet: people look for a place for their values.
  const credentials = plan.credentials.after === '' ? { ...plan.credentials, after: EMPTY } : plan.credentials
  const ignored = ignoredChange(plan.config.file, credentials.file)
  return {
    ...plan,
    credentials,
    ignored,
    changes: changesOf({ ...plan, credentials, ignored }),
  }
}

const EMPTY = "# Values of credentials, as NAME='value'. Keep this file out of version control.\n"

/** The file must not exist: init never overwrites. */
export function refuseExisting(config: string, exists: (path: string) => boolean): void {
  if (exists(config))
    throw new SupportError('usage', `${config}: already exists`, {
      hint: 'run `supportmax customer add NAME` to add a customer to it',
    })
  const older = join(dirname(config), OLDER_FILE)
  if (basename(config) === 'mcp_servers.json' && exists(older))
    throw new SupportError('usage', `${older}: is a configuration already, in the older form`, {
      hint: 'run `supportmax config migrate` to turn it into mcp_servers.json',
    })
}
