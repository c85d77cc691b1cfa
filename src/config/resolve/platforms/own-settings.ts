// Settings that only some vendors have.

import { dirname, resolve } from 'node:path'
import { isRecord, parsedJson } from '../../../base/records.ts'
import { isLoopback } from '../../../base/text/urls.ts'
import { type OwnSetting, type VendorName, vendorsWith } from '../../../catalog/vendors.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformInput } from '../../document/schema/platforms.ts'
import type { PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { entraOf } from './entra.ts'
import { checkUrl } from './url.ts'

const AZURE_EXAMPLE = '"https://NAME.openai.azure.com"'

export function azureOf(context: ResolveContext, at: Path, input: PlatformInput): PlatformSettings['azure'] {
  const { reporter } = context
  const { endpoint, deployment, model, models, base_model, api_version } = input
  checkUrl(context, [...at, 'endpoint'], endpoint, AZURE_EXAMPLE)
  if (endpoint === undefined)
    reporter.error(at, 'needs an endpoint', `add for example "endpoint": ${AZURE_EXAMPLE}`)
  if ((deployment ?? model ?? models) === undefined)
    reporter.error(at, 'needs a deployment', 'add "deployment" with its name in Azure')
  else if (base_model === undefined)
    reporter.warn(
      deployment === undefined ? at : [...at, 'deployment'],
      'has no "base_model", so its price is unknown until its first answer',
      'add "base_model" with the name of the model behind the deployment',
    )
  return {
    endpoint: endpoint ?? '',
    apiVersion: api_version ?? '2025-04-01-preview',
    baseModel: base_model,
    ...entraOf(context, at, input),
  }
}

export function vertexOf(
  { reporter, file, readFile }: ResolveContext,
  at: Path,
  input: PlatformInput,
): PlatformSettings['vertex'] {
  const { project_id, location, credentials_file } = input
  const credentialsFile = credentials_file && resolve(dirname(file), credentials_file)
  if (project_id === undefined)
    reporter.error(at, 'needs a project_id', 'add "project_id" with the id of the Google Cloud project')
  // Only a warning: the MCP servers can start without it.
  const reading = credentialsFile ? readFile(credentialsFile) : undefined
  if (reading && 'fault' in reading)
    reporter.warn(
      [...at, 'credentials_file'],
      reading.fault,
      `put the service account file at ${credentialsFile}`,
    )
  const text = reading && 'content' in reading ? reading.content.toString('utf8') : undefined
  const toAllow = [...unusualSignIn(text), ...unusualAddress(input)].join(', ')
  return {
    ...{ projectId: project_id ?? '', location: location ?? 'global', credentialsFile },
    ...(toAllow === '' ? {} : { toAllow }),
  }
}

/**
 * What a credentials file says that is not the account of a service or a person: a workload identity reads any file, asks any
 * address or runs a program, and sends what it got to any address.
 * https://docs.cloud.google.com/docs/authentication/client-libraries#external-credentials
 */
function unusualSignIn(text: string | undefined): string[] {
  const found = text === undefined ? undefined : parsedJson(text)
  // Google's library takes a file without a type for a service account.
  if (!isRecord(found) || USUAL_TYPES.has(found.type)) return []
  return [JSON.stringify(found, (key, value) => (HIDDEN.has(key) ? '***' : value))]
}

const USUAL_TYPES = new Set<unknown>([undefined, 'service_account', 'authorized_user'])

const HIDDEN = new Set(['private_key', 'refresh_token', 'client_secret'])

/** Google's sign-in of this machine has no name, so that nothing else binds its token to an address. */
function unusualAddress({ base_url: url, api_key_env, api_key }: PlatformInput): string[] {
  if (url === undefined || api_key_env !== undefined || api_key !== undefined || !URL.canParse(url)) return []
  const { origin, protocol, hostname } = new URL(url)
  const isUsual = isLoopback(hostname) || (protocol === 'https:' && /\.googleapis\.com$/.test(hostname))
  return isUsual ? [] : [`Google's access token at ${origin}`]
}

/** Reports settings of another vendor. If an address were ignored silently, the questions would go elsewhere. */
export function reportForeignSettings(
  { reporter }: ResolveContext,
  at: Path,
  vendor: VendorName,
  input: PlatformInput,
): void {
  for (const key of SETTINGS) {
    const owners = vendorsWith(key)
    if (input[key] !== undefined && !owners.includes(vendor))
      reporter.error(
        [...at, key],
        `not a setting of ${vendor}, only of ${owners.join(', ')}`,
        hintFor(key, vendor),
      )
  }
}

const SETTINGS: readonly OwnSetting[] = [
  'base_url',
  'dialect',
  'endpoint',
  'api_version',
  'deployment',
  'base_model',
  'entra',
  'token_command',
  'project_id',
  'location',
  'credentials_file',
]

function hintFor(key: OwnSetting, vendor: VendorName): string {
  if (key === 'base_url' && vendor === 'azure_openai') return 'rename it to "endpoint"'
  if (key === 'endpoint' && vendor !== 'demo') return 'rename it to "base_url"'
  return 'remove it'
}
