// What only some vendors' platforms have.

import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { PlatformInput } from '../../document/platforms-schema.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformKind, PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

const AZURE_EXAMPLE = '"https://NAME.openai.azure.com"'

export function azureOf(context: ResolveContext, at: Path, input: PlatformInput): PlatformSettings['azure'] {
  const { reporter } = context
  const { endpoint, deployment, model, models, base_model, api_version } = input
  checkUrl(context, [...at, 'endpoint'], endpoint, AZURE_EXAMPLE)
  if (endpoint === undefined)
    reporter.error(at, 'needs an endpoint', `for example "endpoint": ${AZURE_EXAMPLE}`)
  if ((deployment ?? model ?? models) === undefined)
    reporter.error(at, 'needs a deployment', 'add "deployment": its name in Azure')
  else if (base_model === undefined)
    reporter.warn(
      deployment === undefined ? at : [...at, 'deployment'],
      'without a "base_model" its price is unknown until it has answered',
      'add "base_model": the model behind the deployment',
    )
  return {
    endpoint: endpoint ?? '',
    apiVersion: api_version ?? '2025-04-01-preview',
    baseModel: base_model,
  }
}

export function vertexOf(
  { reporter, file }: ResolveContext,
  at: Path,
  { project_id, location, credentials_file }: PlatformInput,
): PlatformSettings['vertex'] {
  const credentialsFile = credentials_file && resolve(dirname(file), credentials_file)
  if (project_id === undefined)
    reporter.error(at, 'needs a project_id', 'add "project_id": the Google Cloud project')
  // A warning: servers can be started all the same.
  if (credentialsFile && !existsSync(credentialsFile))
    reporter.warn(
      [...at, 'credentials_file'],
      'is not there',
      `put the service-account file at ${credentialsFile}`,
    )
  return { projectId: project_id ?? '', location: location ?? 'global', credentialsFile }
}

const OF_AZURE: readonly PlatformKind[] = ['azure_openai']
const OF_VERTEX: readonly PlatformKind[] = ['google_vertex']

const OWNERS: Partial<Record<keyof PlatformInput, readonly PlatformKind[]>> = {
  base_url: ['openai', 'anthropic', 'google_gemini', 'google_vertex'],
  dialect: ['openai'],
  endpoint: OF_AZURE,
  api_version: OF_AZURE,
  deployment: OF_AZURE,
  base_model: OF_AZURE,
  project_id: OF_VERTEX,
  location: OF_VERTEX,
  credentials_file: OF_VERTEX,
}

/** An address that is passed over in silence would send the questions elsewhere. */
export function reportStrangeKeys(
  { reporter }: ResolveContext,
  at: Path,
  kind: PlatformKind,
  input: PlatformInput,
): void {
  for (const [key, owners] of Object.entries(OWNERS))
    if (input[key as keyof PlatformInput] !== undefined && !owners.includes(kind))
      reporter.error(
        [...at, key],
        `is no setting of ${kind}, but of ${owners.join(', ')}`,
        hintFor(key, kind),
      )
}

function hintFor(key: string, kind: PlatformKind): string {
  if (key === 'base_url' && kind === 'azure_openai') return 'write it as "endpoint"'
  if (key === 'endpoint' && kind !== 'demo') return 'write it as "base_url"'
  return 'remove it'
}

/** @param example as it stands in the file, with its quotes */
export function checkUrl(
  { reporter }: ResolveContext,
  path: Path,
  url: string | undefined,
  example: string,
): void {
  if (url === undefined) return
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    reporter.error(path, 'must be an http or https address', `for example ${example}`)
  else if (parsed.username || parsed.password)
    reporter.error(path, 'holds credentials', 'credentials never stand in this file: give their names')
  else if (parsed.search || parsed.hash)
    reporter.error(path, 'must end with its path', 'a key is given by its name, as "api_key_env"')
}
