import type { FakePlatforms } from './start.ts'

/** `platforms` of an mcp_servers.json that uses only the fakes. The models exist, so that they have prices. */
export function settingsFor(fake: FakePlatforms, credentialsFile: string): object {
  return {
    openai: { base_url: fake.url('openai'), dialect: 'responses', model: 'gpt-5.4-mini', prices: PRICES },
    anthropic: { base_url: fake.url('anthropic'), model: 'claude-sonnet-5' },
    azure_openai: { endpoint: fake.url('azure'), deployment: 'our-gpt', base_model: 'gpt-5.4-mini' },
    google_gemini: { base_url: fake.url('google'), model: 'gemini-3.5-flash' },
    google_vertex: {
      base_url: fake.url('vertex'),
      project_id: 'fake-project',
      location: 'europe-west4',
      credentials_file: credentialsFile,
      model: 'gemini-3.5-flash',
    },
  }
}

/** A server with its own address has only the prices that are configured. */
const PRICES = { 'gpt-5.4-mini': { input: 0.75, output: 4.5, cache_read: 0.075 } }

/** Printed when the program starts. */
export function announcement(fake: FakePlatforms, credentialsFile: string): string {
  const root = `http://127.0.0.1:${fake.port}`
  const settings = JSON.stringify(settingsFor(fake, credentialsFile), undefined, 2)
  return `The fake platforms are running; press Ctrl+C to stop them.

  OpenAI            ${fake.url('openai')}
  Azure OpenAI      ${fake.url('azure')}   (the endpoint)
  Anthropic         ${fake.url('anthropic')}
  Gemini            ${fake.url('google')}
  Vertex AI         ${fake.url('vertex')}

Set OPENAI_API_KEY, ANTHROPIC_API_KEY, AZURE_OPENAI_API_KEY and GEMINI_API_KEY
to anything that is not empty, and insert this before "customers" in
mcp_servers.json:

"platforms": ${settings},

Script what happens next:

  curl ${root}/    # all scripts and faults
  curl ${root}/_script/anthropic \\
    -d '[{"fault": "overloaded"}, {"text": "back again"}]'
  curl ${root}/_requests/anthropic
  curl -X POST ${root}/_reset
`
}
