// The smallest program that switches: two vendors' bare SDKs and a try/catch. Prints nothing; the servers see its requests.
// Arguments: `start` or `late` (when the second SDK is loaded), then each vendor with its base URL.

const [loading, first = '', firstUrl = '', next = '', nextUrl = ''] = process.argv.slice(2)

type Ask = () => Promise<void>

/** Loads the vendor's SDK; the result asks it one question. */
const OPEN: Record<string, (baseURL: string) => Promise<Ask>> = {
  async openai(baseURL) {
    const { default: OpenAI } = await import('openai')
    const client = new OpenAI({ apiKey: 'bench', baseURL, maxRetries: 0 })
    return async () => {
      for await (const _ of await client.responses.create({
        model: 'gpt-5.4-mini',
        input: 'Is all well?',
        stream: true,
      }));
    }
  },
  async anthropic(baseURL) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk')
    const client = new Anthropic({ apiKey: 'bench', baseURL, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Is all well?' }]
    return async () => {
      for await (const _ of await client.messages.create({
        model: 'claude-sonnet-5',
        max_tokens: 1_000,
        messages,
        stream: true,
      }));
    }
  },
  async google(baseUrl) {
    const { GoogleGenAI } = await import('@google/genai')
    const client = new GoogleGenAI({ apiKey: 'bench', httpOptions: { baseUrl } })
    return async () => {
      for await (const _ of await client.models.generateContentStream({
        model: 'gemini-3.5-flash',
        contents: 'Is all well?',
      }));
    }
  },
}

const open = (vendor: string, url: string) => OPEN[vendor]?.(url) as Promise<Ask>
const ask = await open(first, firstUrl)
const other = loading === 'start' ? await open(next, nextUrl) : undefined
try {
  await ask()
} catch {
  await (other ?? (await open(next, nextUrl)))()
}
