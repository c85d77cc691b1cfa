import { shownPath } from '../../../base/package-root.ts'
import type { Customer, PlatformSettings } from '../../../config/project.ts'
import { credentialNames, platformCredentials } from '../../../config/resolve/shared.ts'
import type { Finding, SecretSource } from '../../../secrets/finding.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { RefusedCredential } from '../../../stack/state/bound/judge.ts'

/** One credential, as `secrets list --json` prints it. Never with its value. */
export interface SecretRow extends Pick<Finding, 'reason' | 'hint'> {
  name: string
  /** Servers as `customer/server`, platforms as `platform NAME`. */
  usedBy: string[]
  /** Whether one of them cannot do without. */
  required: boolean
  source: SecretSource | null
  /** Where exactly: a file, a command. Null without a source. */
  place: string | null
  /** `refused`: it has a value, which belongs to another destination. */
  state: Finding['state'] | 'refused'
}

/**
 * The credentials of these customers' servers, by name; undefined: of all customers, of the platforms, and our own. One
 * that nothing needs counts only if it is there, or the file names its place.
 */
export function secretRows(stack: Stack, customers: Customer[] | undefined): SecretRow[] {
  const { project, credentials } = stack
  const uses = [
    ...(customers ?? project.customers).flatMap(one => usesOf(stack, one)),
    ...(customers ? [] : project.platforms.flatMap(one => platformUses(stack, one))),
    ...(customers || project.encryptionKeyName === undefined ? [] : [ownUse(project.encryptionKeyName)]),
  ]
  return [...Map.groupBy(uses, one => one.name)]
    .map(([name, users]): SecretRow => {
      const { source = null, place, ...found } = credentials.find(name)
      const refusal = users.find(one => one.refusal)?.refusal
      const hint =
        found.state === 'missing'
          ? `put it into ${shownPath(credentials.file)} or the environment`
          : found.hint
      return {
        name,
        usedBy: [...new Set(users.map(one => one.by))],
        required: users.some(one => one.required),
        source,
        place: place || null,
        ...(refusal ? { state: 'refused', reason: refusal.reason, hint: refusal.hint } : { ...found, hint }),
      }
    })
    .filter(row => row.required || row.state === 'found' || Object.hasOwn(project.secrets.from, row.name))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

interface Use {
  name: string
  by: string
  required: boolean
  /** Why this one does not get the value. */
  refusal: RefusedCredential | undefined
}

function usesOf({ state }: Stack, { id, servers }: Customer): Use[] {
  return servers.flatMap(server => {
    const optional = new Set(
      server.env.flatMap(entry => ('credential' in entry && !entry.required ? [entry.credential] : [])),
    )
    const refusals = state.bindings.refusalsOf({ server })
    return credentialNames(server).map(name => ({
      name,
      by: `${id}/${server.name}`,
      required: !optional.has(name),
      refusal: refusals.find(one => one.name === name),
    }))
  })
}

function platformUses({ state }: Stack, platform: PlatformSettings): Use[] {
  const { name: by, written, enabled } = platform
  const refusals = state.bindings.refusalsOf({ platform })
  return platformCredentials(platform).map(name => ({
    name,
    by: `platform ${by}`,
    required: written && enabled,
    refusal: refusals.find(one => one.name === name),
  }))
}

/** The key with which sign-ins are encrypted. */
function ownUse(name: string): Use {
  return { name, by: 'supportmax', required: true, refusal: undefined }
}
