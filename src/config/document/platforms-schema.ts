// What may stand under `platforms` and `routing`.

import { z } from 'zod'

const text = z.string().min(1, 'must not be empty').max(500, 'is longer than 500 characters')
/** Dollars per million tokens. */
const price = z.number().nonnegative('must be 0 or more').max(100_000, 'is more than any model costs')
const count = z.int().min(1, 'must be 1 or more').max(100_000_000, 'is too large')

/** Vendors whose API a platform can speak. */
export const KINDS = ['openai', 'anthropic', 'azure_openai', 'google_vertex', 'google_gemini'] as const

/** The name of a credential, also as `"${NAME}"`; a value in its place is refused without being repeated. */
export function platformSchema(credentialName: z.ZodString) {
  return z.strictObject({
    // Its words are checked with the platform's name and address: one fault is told once. The list is for editors.
    kind: text
      .optional()
      .meta({ enum: KINDS })
      .describe('Whose API a platform of an own name speaks; with a base_url the default is openai'),
    enabled: z.boolean().optional(),
    model: text.optional().describe("The model; else the vendor's usual one"),
    models: z
      .array(text)
      .min(1, 'must name a model')
      .max(20, 'names more than 20 models')
      .optional()
      .describe('Models, best first; each may answer'),
    api_key_env: credentialName.optional().describe('Name of the credential that holds the key'),
    api_key: z
      .string()
      .regex(/^\$\{[A-Z_][A-Z0-9_]{0,99}\}$/, {
        error: 'must be "${NAME}", the NAME of a credential in capitals, never its value',
        abort: true,
      })
      .refine(reference => credentialName.safeParse(reference.slice(2, -1)).success, {
        error: 'is the name of a variable that steers programs',
      })
      .optional()
      .describe('The same as "${NAME}"'),
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
    context_window: count.optional().describe('Tokens that fit in, where the built-in list does not say'),
    max_tools: count.optional().describe("Most tools in one request, where it is not the dialect's number"),
  })
}

const route = text.describe('"platform" or "platform/model"')
const routes = z.array(route).max(50, 'names more than 50 routes').optional()

export const routingSchema = z.strictObject({
  strategy: z
    .enum(['cost_optimized', 'latency', 'capability'])
    .optional()
    .describe('How a platform is picked; left out: in order'),
  order: routes.describe('Best first; those left out follow'),
  tiers: z
    .strictObject({ cheap: routes, standard: routes, premium: routes })
    .optional()
    .describe('Where simple, ordinary and difficult questions go'),
  fallback_enabled: z.boolean().optional().describe('Go to the next platform when one fails (default true)'),
  health_check_interval: z
    .string()
    .regex(/^\d{1,6}(ms|s|m)$/, 'must be like "30s" or "5m"')
    .optional()
    .describe('How often an idle platform is asked for its list of models'),
  baseline: route.optional().describe('What savings are counted against'),
  judge: route.optional().describe('Who judges a cross-check'),
  retry_refusals: z.boolean().optional().describe('A refused answer goes once to another platform'),
})

export type PlatformInput = z.infer<ReturnType<typeof platformSchema>>
export type RoutingInput = z.infer<typeof routingSchema>
