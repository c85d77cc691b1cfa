import { GoogleGenAI, type GoogleGenAIOptions, type Model } from '@google/genai'
import { orAborted } from '../../base/waiting/aborted.ts'
import type { OutputSettings } from '../../config/project.ts'
import { ownerOf } from '../account.ts'
import { type Adapter, namesInPages, probed, streamOf } from '../adapter.ts'
import { DIRECT, directFetch, platformFetch, type Way } from '../direct-fetch.ts'
import type { VendorPlatform } from '../platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from '../timed.ts'
import { faultOf } from './fault.ts'
import { generate } from './generate.ts'
import { shareTransporter } from './token-exchange.ts'

const GEMINI_URL = 'https://generativelanguage.googleapis.com'
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

export interface GoogleOptions {
  name: string
  /** For the Gemini API; for Vertex AI only when a key is used in place of Google's sign-in. */
  apiKey: string | undefined
  /** undefined = Google itself. */
  baseUrl: string | undefined
  model: string
  /** undefined = the Gemini API. Without a credentials file: application default credentials. */
  vertex: { projectId: string; location: string; credentialsFile: string | undefined } | undefined
  timeouts?: PlatformTimeouts | undefined
  /** Default: directly. */
  way?: Way | undefined
  output?: OutputSettings | undefined
}

/** Google's models through the Gemini API or Vertex AI. Never retries. */
export function openGoogle(options: GoogleOptions): VendorPlatform {
  const { name, model, timeouts = PLATFORM_TIMEOUTS, output = {} } = options
  const client = quietly(() => shareTransporter(new GoogleGenAI(clientOptions(options))))
  const { apiKey, vertex } = options
  const signIn = vertex && !apiKey ? { credentialsFile: vertex.credentialsFile } : undefined
  const account = [apiKey, options.baseUrl, vertex?.projectId, vertex?.location]
  const owner = ownerOf('google', { name, model }, account)
  const adapter: Adapter = {
    name,
    timeouts,
    faultOf: error => faultOf({ platform: name }, error),
    events: (request, signal, count) =>
      generate({ client, platform: name, model, owner, output, signIn, request, signal, count }),
  }
  return {
    name,
    model,
    dialect: 'google',
    stream: streamOf(adapter),
    probe: signal =>
      probed({ name, faultOf: error => faultOf({ platform: name, signIn }, error) }, signal, own =>
        orAborted(namesInPages(pagesOf(client, own)), own),
      ),
  }
}

/** The Gemini API has pages of up to 1,000 models; for Vertex AI no limit is documented. */
const PAGE_SIZE = 100

async function* pagesOf(client: GoogleGenAI, signal: AbortSignal): AsyncGenerator<Model[]> {
  const pager = await client.models.list({ config: { pageSize: PAGE_SIZE, abortSignal: signal } })
  yield pager.page
  while (pager.hasNextPage()) yield await pager.nextPage()
}

/**
 * Sets everything that the SDK would otherwise take from the environment: which of the two APIs, its address and version,
 * project and location. Without `retryOptions` the SDK sends a request only once.
 */
function clientOptions({ name, apiKey, baseUrl, vertex, way = DIRECT }: GoogleOptions): GoogleGenAIOptions {
  const fetch = platformFetch(name, way)
  if (!vertex)
    return {
      enterprise: false,
      apiKey: apiKey || 'none',
      apiVersion: 'v1beta',
      httpOptions: { baseUrl: baseUrl ?? GEMINI_URL, fetch },
    }
  const { projectId, location, credentialsFile } = vertex
  return {
    enterprise: true,
    project: projectId,
    location,
    ...(apiKey && { apiKey }),
    apiVersion: 'v1beta1',
    httpOptions: { baseUrl: baseUrl ?? vertexUrl(location), fetch },
    googleAuthOptions: {
      scopes: [SCOPE],
      ...(credentialsFile && { keyFilename: credentialsFile }),
      clientOptions: {
        // Our fetch knows the proxy. The library would make an agent for that of the environment, which fails for some URLs.
        transporterOptions: { fetchImplementation: directFetch(name, way), noProxy: [/^/] },
      },
    },
  }
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function vertexUrl(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com'
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`
  return `https://${location}-aiplatform.googleapis.com`
}

/** Silences the SDK, which logs each environment variable that it ignores, partly to standard output. */
function quietly<T>(make: () => T): T {
  const { debug, warn } = console
  try {
    console.debug = console.warn = () => {}
    return make()
  } finally {
    Object.assign(console, { debug, warn })
  }
}
