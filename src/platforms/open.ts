import type { PlatformSettings } from '../config/project.ts'
import { fillReferences } from '../config/references.ts'
import { PlatformFault, type VendorPlatform } from './platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from './timed.ts'

/** Looks up a credential's value by its name. */
type SecretOf = (name: string) => string | undefined

/** Opens a platform, loading only its vendor's SDK. `model` overrides the configured one. */
export async function openPlatform(
  settings: PlatformSettings,
  secretOf: SecretOf,
  model = settings.models[0] ?? '',
  timeouts = timeoutsOf(settings),
): Promise<VendorPlatform> {
  const { name, baseUrl, output } = settings
  const headers = headersOf(settings, secretOf)
  const apiKey = settings.apiKeyName === undefined ? undefined : secretOf(settings.apiKeyName)
  switch (settings.kind) {
    case 'demo': {
      const { openDemo } = await import('./demo/open.ts')
      return openDemo()
    }
    case 'openai': {
      const { openOpenAi } = await import('./openai/open.ts')
      return openOpenAi({
        name,
        apiKey,
        baseUrl,
        model,
        dialect: settings.dialect,
        timeouts,
        headers,
        output,
      })
    }
    case 'azure_openai': {
      const { openAzure } = await import('./openai/azure.ts')
      const { endpoint, apiVersion } = settings.azure ?? { endpoint: '', apiVersion: '' }
      return openAzure({ name, apiKey, endpoint, apiVersion, model, timeouts, headers, output })
    }
    case 'anthropic': {
      const { openAnthropic } = await import('./anthropic/open.ts')
      return openAnthropic({ name, apiKey, baseUrl, model, timeouts, headers, output })
    }
    case 'google_gemini':
    case 'google_vertex': {
      const { openGoogle } = await import('./google/open.ts')
      return openGoogle({ name, apiKey, baseUrl, model, timeouts, headers, output, vertex: settings.vertex })
    }
  }
}

function timeoutsOf({ timeouts: { first, idle, turn } }: PlatformSettings): PlatformTimeouts {
  return {
    first: first ?? PLATFORM_TIMEOUTS.first,
    idle: idle ?? PLATFORM_TIMEOUTS.idle,
    turn: turn ?? PLATFORM_TIMEOUTS.turn,
  }
}

function headersOf(
  { name: platform, headers }: PlatformSettings,
  secretOf: SecretOf,
): Record<string, string> {
  const value = (name: string) => {
    const found = secretOf(name)
    if (found !== undefined) return found
    throw new PlatformFault(platform, 'auth', `${name}, which a header needs, has no value`)
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, fillReferences(text, value)]),
  )
}
