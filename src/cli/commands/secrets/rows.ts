import type { Customer, PlatformSettings, Project } from '../../../config/project.ts'
import { credentialNames, platformCredentials } from '../../../config/resolve/shared.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Credentials } from '../../../secrets/credentials.ts'
import type { Finding, SecretSource } from '../../../secrets/finding.ts'

/** One credential, as `secrets list --json` prints it. Never with its value. */
export interface SecretRow extends Pick<Finding, 'state' | 'reason' | 'hint'> {
  name: string
  /** Servers as `customer/server`, platforms as `platform NAME`. */
  usedBy: string[]
  /** Whether one of them cannot do without. */
  required: boolean
  source: SecretSource | null
  /** Where exactly: a file, a command. Null without a source. */
  place: string | null
}

/** The customer of this name; all of them without a name. */
export function customersNamed(project: Project, name: string | undefined): Customer[] | undefined {
  return name === undefined ? undefined : [selectCustomer(project, name)]
}

/**
 * The credentials of these customers' servers, by name; undefined: of all customers, and of the platforms. The key of a
 * platform that the file does not name counts only if it is there.
 */
export function secretRows(
  project: Project,
  customers: Customer[] | undefined,
  credentials: Credentials,
): SecretRow[] {
  const uses = [
    ...(customers ?? project.customers).flatMap(usesOf),
    ...(customers ? [] : project.platforms.flatMap(platformUses)),
  ]
  return [...Map.groupBy(uses, one => one.name)]
    .map(([name, users]) => {
      const { state, source = null, place, reason, ...found } = credentials.find(name)
      const hint = state === 'missing' ? `put it into ${credentials.file} or the environment` : found.hint
      const usedBy = [...new Set(users.map(one => one.by))]
      const required = users.some(one => one.required)
      return { name, usedBy, required, source, place: place || null, state, reason, hint }
    })
    .filter(row => row.required || row.state === 'found' || Object.hasOwn(project.secrets.from, row.name))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

interface Use {
  name: string
  by: string
  required: boolean
}

function usesOf({ id, servers }: Customer): Use[] {
  return servers.flatMap(server => {
    const optional = new Set(
      server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
    )
    return credentialNames(server).map(name => ({
      name,
      by: `${id}/${server.name}`,
      required: !optional.has(name),
    }))
  })
}

function platformUses(platform: PlatformSettings): Use[] {
  const { name: by, written, enabled } = platform
  return platformCredentials(platform).map(name => ({
    name,
    by: `platform ${by}`,
    required: written && enabled,
  }))
}
