// What may stand under `platforms` and `routing`.

import { z } from 'zod'

const text = z.string().min(1, 'must not be empty').max(500, 'is longer than 500 characters')
/** Dollars per million tokens. */
const price = z.number().nonnegative('must be 0 or more').max(100_000, 'is more than any model costs')

/** The name of a credential, also as `"${NAME}"`; a value in its place is refused without being repeated. */
export function platformSchema(credentialName: z.ZodString) {
  return z.strictObject({
    kind: z
      .enum(['openai', 'anthropic', 'azure_openai', 'google_vertex', 'google_gemini'])
      .optional()
      .describe('Whose API a platform of an own name speaks; default: openai'),
    enabled: z.boolean().optional(),
    model: text.optional().describe("The model; else the vendor's usual one"),
    models: z
      .array(text)
      .min(1, 'must name a model')
      .max(20)
      .optional()
      .describe('Further models, best first'),
    api_key_env: credentialName.optional().describe('Name of the credential that holds the key'),
    api_key: z
      .string()
      .regex(/^\$\{[A-Z_][A-Z0-9_]{0,99}\}$/, 'must be "${NAME}", the name of a credential, never its value')
      .optional(),
    base_url: text.optional().describe("Any server that speaks the vendor's dialect"),
    dialect: z
      .enum(['responses', 'completions'])
      .optional()
      .describe("Which of OpenAI's APIs a server at base_url speaks; else completions"),
    endpoint: text.optional().describe('Azure: https://<resource>.openai.azure.com'),
    api_version: text.optional().describe('Azure: for example 2025-04-01-preview'),
    deployment: text.optional().describe('Azure: name of the deployment'),
    base_model: text.optional().describe('Azure: the model behind the deployment, by which it is priced'),
    project_id: text.optional().describe('Vertex AI: the Google Cloud project'),
    location: text.optional().describe('Vertex AI: a region, or "global"'),
    credentials_file: text
      .optional()
      .describe(
        'Vertex AI: service-account file, relative to this file; else application-default credentials',
      ),
    prices: z
      .record(
        z.string(),
        z.strictObject({
          input: price,
          output: price,
          cache_read: price.optional(),
          cache_write: price.optional(),
        }),
      )
      .optional()
      .describe('US dollars per million tokens, by model, where the built-in list is wrong or silent'),
    context_window: z.int().positive().max(100_000_000).optional().describe('Tokens that fit in'),
    max_tools: z.int().min(1).max(10_000).optional().describe('Most tools in one request'),
  })
}

const route = text.describe('"platform" or "platform/model"')
const tier = z.array(route).max(50).optional()

export const routingSchema = z.strictObject({
  strategy: z
    .enum(['cost_optimized', 'latency', 'capability'])
    .optional()
    .describe('How a platform is picked; left out: in order'),
  order: z.array(route).max(50).optional().describe('Best first; those left out follow'),
  tiers: z
    .strictObject({ cheap: tier, standard: tier, premium: tier })
    .optional()
    .describe('Where simple, ordinary and difficult questions go'),
  fallback_enabled: z.boolean().optional().describe('Go to the next platform when one fails (default true)'),
  health_check_interval: z
    .string()
    .regex(/^\d{1,6}(ms|s|m)$/, 'must be like "30s"')
    .optional()
    .describe('How often an idle platform is asked for its list of models'),
  baseline: route.optional().describe('What savings are counted against'),
  judge: route.optional().describe('Who judges a cross-check'),
  retry_refusals: z.boolean().optional().describe('A refused answer goes once to another platform'),
})

export type PlatformInput = z.infer<ReturnType<typeof platformSchema>>
export type RoutingInput = z.infer<typeof routingSchema>
