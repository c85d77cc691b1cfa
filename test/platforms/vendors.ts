// Every vendor's platform over its real SDK, connected to a fake one, for tests that apply to all vendors.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openAnthropic } from '../../src/platforms/anthropic/open.ts'
import { openGoogle } from '../../src/platforms/google/open.ts'
import { openAzure } from '../../src/platforms/openai/azure.ts'
import { openOpenAi } from '../../src/platforms/openai/open.ts'
import type {
  Message,
  ModelEvent,
  ModelRequest,
  Platform,
  PlatformFault,
  ToolSpec,
  VendorPlatform,
} from '../../src/platforms/platform.ts'
import { PLATFORM_TIMEOUTS, type PlatformTimeouts } from '../../src/platforms/timed.ts'
import type { Vendor } from '../fake-platforms/instance.ts'
import type { FakePlatforms } from '../fake-platforms/start.ts'
import { newFolder } from '../helpers/folder.ts'

export const KEY = 'sk-test-0123456789'
export const MODEL = 'model-3'

export interface Over {
  /** Those that are not given are too long to matter. */
  timeouts?: Partial<PlatformTimeouts>
  model?: string
  apiVersion?: string
  /** Another key; of Vertex AI, another region. */
  account?: string
}

export interface VendorCase {
  /** Name of the fake; begins with the vendor's name. */
  instance: string
  vendor: Vendor
  /** Whether the token counts of a broken stream are known. */
  countsBroken: boolean
  open(fake: FakePlatforms, over?: Over): VendorPlatform
}

export const ANTHROPIC: VendorCase = {
  instance: 'anthropic',
  vendor: 'anthropic',
  countsBroken: true,
  open: (fake, over) =>
    openAnthropic({
      ...common('anthropic', over),
      apiKey: over?.account ?? KEY,
      baseUrl: fake.url('anthropic'),
    }),
}

export const GOOGLE: VendorCase = {
  instance: 'google',
  vendor: 'google',
  countsBroken: true,
  open: (fake, over) =>
    openGoogle({
      ...common('google', over),
      apiKey: over?.account ?? KEY,
      baseUrl: fake.url('google'),
      vertex: undefined,
    }),
}

export const VERTEX: VendorCase = {
  instance: 'vertex',
  vendor: 'vertex',
  countsBroken: true,
  open: (fake, over) => openVertex(fake, credentialsFile(fake), over),
}

export const OPENAI: VendorCase = {
  instance: 'openai',
  vendor: 'openai',
  countsBroken: false,
  open: (fake, over) =>
    openOpenAi({
      ...common('openai', over),
      apiKey: over?.account ?? KEY,
      baseUrl: fake.url('openai'),
      dialect: 'responses',
    }),
}

export const AZURE: VendorCase = {
  instance: 'azure',
  vendor: 'azure',
  countsBroken: false,
  open: (fake, { apiVersion = '2025-04-01-preview', ...over } = {}) =>
    openAzure({
      ...common('azure', over),
      apiKey: over.account ?? KEY,
      endpoint: fake.url('azure'),
      apiVersion,
    }),
}

/** An older version of Azure's API: chat completions. */
export const AZURE_COMPLETIONS: VendorCase = {
  ...AZURE,
  instance: 'azure-completions',
  open: (fake, over) =>
    openAzure({
      ...common('azure-completions', over),
      apiKey: over?.account ?? KEY,
      endpoint: fake.url('azure-completions'),
      apiVersion: '2024-10-21',
    }),
}

export const ALL = [OPENAI, AZURE, AZURE_COMPLETIONS, ANTHROPIC, GOOGLE, VERTEX]

export function openVertex(
  fake: FakePlatforms,
  credentials: string | undefined,
  over?: Over,
): VendorPlatform {
  return openGoogle({
    ...common('vertex', over),
    apiKey: undefined,
    baseUrl: fake.url('vertex'),
    vertex: { projectId: 'p1', location: over?.account ?? 'europe-west4', credentialsFile: credentials },
  })
}

/** A credentials file for which the fake issues tokens. */
export function credentialsFile(fake: FakePlatforms, subjectToken = 'subject-0123456789'): string {
  const folder = newFolder()
  const subject = join(folder, 'subject-token')
  writeFileSync(subject, subjectToken)
  const file = join(folder, 'credentials.json')
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${fake.url('vertex')}/token`,
    credential_source: { file: subject },
  }
  writeFileSync(file, JSON.stringify(credentials))
  return file
}

function common(name: string, { timeouts = {}, model = MODEL }: Over = {}) {
  return { name, model, timeouts: { ...PLATFORM_TIMEOUTS, ...timeouts } }
}

export const TOOLS: ToolSpec[] = ['am__list_alerts', 'am__get_status'].map(name => ({
  name,
  description: `What ${name} does`,
  inputSchema: { type: 'object', properties: { state: { type: 'string' } } },
}))

export function asking(...messages: Message[]): ModelRequest {
  return { system: 'be brief', messages: [{ role: 'user', text: 'which?' }, ...messages], tools: TOOLS }
}

/** The complete outcome of one request. */
export async function all(
  platform: Platform,
  request = asking(),
  signal: AbortSignal = new AbortController().signal,
) {
  const events: ModelEvent[] = []
  let fault: PlatformFault | undefined
  try {
    for await (const event of platform.stream(request, signal)) events.push(event)
  } catch (error) {
    fault = error as PlatformFault
  }
  const text = events.map(event => (event.type === 'text' ? event.text : '')).join('')
  const calls = events.flatMap(event => (event.type === 'call' ? [event.call] : []))
  const last = events.at(-1)
  return { text, calls, events, finish: last?.type === 'finish' ? last : undefined, fault }
}
