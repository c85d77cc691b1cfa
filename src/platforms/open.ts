import { loadFetch } from '../base/http/sockets/fetch.ts'
import type { EnvironmentProxies } from '../config/env.ts'
import type { PlatformSettings } from '../config/project.ts'
import { fillReferences } from '../config/references.ts'
import type { Way } from './direct-fetch.ts'
import { faultIn } from './faults/fault.ts'
import { pathsOf } from './network.ts'
import type { VendorPlatform } from './platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from './timed.ts'

/** Looks up a credential's value by its name. */
type SecretOf = (name: string) => string | undefined

/** Opens a platform, loading only its vendor's SDK. `model` overrides the configured one. */
export async function openPlatform(
  settings: PlatformSettings,
  secretOf: SecretOf,
  model = settings.models[0] ?? '',
  timeouts = timeoutsOf(settings),
  proxies: EnvironmentProxies = {},
): Promise<VendorPlatform> {
  const { name, baseUrl, output } = settings
  const way = wayOf(settings, secretOf, proxies)
  void loadAhead(settings, way).catch(() => {})
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
        way,
        output,
      })
    }
    case 'azure_openai': {
      const { openAzure } = await import('./openai/azure.ts')
      const azure = settings.azure ?? { endpoint: '', apiVersion: '' }
      return openAzure({ ...azure, name, apiKey, model, timeouts, way, output })
    }
    case 'anthropic': {
      const { openAnthropic } = await import('./anthropic/open.ts')
      return openAnthropic({ name, apiKey, baseUrl, model, timeouts, way, output })
    }
    case 'google_gemini':
    case 'google_vertex': {
      const { openGoogle } = await import('./google/open.ts')
      return openGoogle({ name, apiKey, baseUrl, model, timeouts, way, output, vertex: settings.vertex })
    }
  }
}

/** While the SDK is loaded, what its requests need. */
async function loadAhead({ kind, baseUrl, azure }: PlatformSettings, { pathTo }: Way): Promise<void> {
  const address = baseUrl ?? azure?.endpoint ?? 'https://vendor.example'
  if (kind !== 'demo') await loadFetch(pathTo(new URL(address)))
}

function timeoutsOf({ timeouts: { first, idle, turn } }: PlatformSettings): PlatformTimeouts {
  return {
    first: first ?? PLATFORM_TIMEOUTS.first,
    idle: idle ?? PLATFORM_TIMEOUTS.idle,
    turn: turn ?? PLATFORM_TIMEOUTS.turn,
  }
}

function wayOf(settings: PlatformSettings, secretOf: SecretOf, proxies: EnvironmentProxies): Way {
  const credential = (name: string, setting: string) => {
    const found = secretOf(name)
    if (found !== undefined) return found
    throw faultIn(settings.name, 'auth', `${name}, which ${setting} needs, has no value`, {
      remedy: `set ${name}`,
    })
  }
  return {
    pathTo: pathsOf(settings, credential, proxies),
    headers: Object.fromEntries(
      Object.entries(settings.headers).map(([name, text]) => [
        name,
        fillReferences(text, one => credential(one, 'a header')),
      ]),
    ),
  }
}
