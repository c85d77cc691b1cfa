// The shape of `platforms` and `routing`.

import { z } from 'zod'
import { MODEL_VENDORS } from '../../../catalog/vendors.ts'
import { EFFORTS } from '../../settings/platforms.ts'
import { credentialName, seconds, text } from './names.ts'
import { clientCertificate, networkPath } from './network.ts'

/** Dollars per million tokens. */
const price = z.number().nonnegative('must be 0 or more').max(100_000, 'is more than any model costs')
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of an HTTP header')

const count = z.int().min(1, 'must be 1 or more').max(100_000_000, 'is too large')

/** How the requests to a platform are made. */
const requests = {
  headers: z
    .record(headerName, text)
    .optional()
    .describe('Further headers of each request: a value with ${NAME}, or NAME under a key that ends in _env'),
  timeouts: z
    .strictObject({
      first_event: seconds.optional().describe('Until the first piece of an answer (default: 60)'),
      idle: seconds.optional().describe('Between two pieces (default: 60)'),
      turn: seconds.optional().describe('For a whole turn (default: 600)'),
    })
    .optional()
    .describe('Timeouts in seconds, for example of a server that loads its model first'),
  ...networkPath,
  ...clientCertificate(),
  max_output_tokens: count.optional().describe('Most tokens of one answer, with thinking'),
  reasoning_effort: z
    .enum(EFFORTS)
    .optional()
    .describe("How much the model thinks; not every model has every level (default: the vendor's)"),
}

const entra = z
  .strictObject({
    tenant: text
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be the id or a domain of the tenant')
      .describe('Id or domain of the tenant'),
    client_id: text.describe('Id of the application'),
    client_secret_env: credentialName.describe('Name of the credential with the client secret'),
    authority: text.optional().describe('Default: https://login.microsoftonline.com'),
    scope: text.optional().describe('Default: https://cognitiveservices.azure.com/.default'),
  })
  .describe('Azure: sign in to Entra ID with client credentials, in place of a key')

export const platformSchema = z.strictObject({
  // Checked together with the platform's name and URL, so that one mistake causes one error. The list is for editors.
  kind: text
    .optional()
    .meta({ enum: MODEL_VENDORS })
    .describe('Vendor whose API this platform speaks (default with a base_url: openai)'),
  enabled: z.boolean().optional(),
  model: text.optional().describe("Model (default: the vendor's mid-range model)"),
  models: z
    .array(text)
    .min(1, 'must name at least one model')
    .max(20, 'names more than 20 models')
    .optional()
    .describe('Models, best first; any of them may answer'),
  api_key_env: credentialName.optional().describe('Name of the credential with the key'),
  api_key: z
    .string()
    .regex(/^\$\{[A-Z_][A-Z0-9_]{0,99}\}$/, {
      error: 'must be "${NAME}", the NAME of a credential in capitals, never its value',
      abort: true,
    })
    .refine(reference => credentialName.safeParse(reference.slice(2, -1)).success, {
      error: 'names a variable that controls other programs',
    })
    .optional()
    .describe('The same as api_key_env, written as "${NAME}"'),
  base_url: text.optional().describe("URL of a server that speaks the vendor's API"),
  dialect: z
    .enum(['responses', 'completions'])
    .optional()
    .describe('Which OpenAI API the server at base_url speaks (default: completions)'),
  endpoint: text.optional().describe('Azure: https://<resource>.openai.azure.com'),
  api_version: text.optional().describe('Azure: for example 2025-04-01-preview'),
  deployment: text.optional().describe('Azure: name of the deployment'),
  base_model: text.optional().describe('Azure: model behind the deployment, which sets its price'),
  entra: entra.optional(),
  token_command: z
    .array(z.string().max(2_000, 'is longer than 2,000 characters'))
    .min(1, 'must name a program')
    .max(100, 'has more than 100 arguments')
    .optional()
    .describe(
      'Azure: a program and its arguments, which prints an Entra ID access token; run without a shell',
    ),
  project_id: text.optional().describe('Vertex AI: the Google Cloud project'),
  location: text.optional().describe('Vertex AI: a region, or "global"'),
  credentials_file: text
    .optional()
    .describe(
      'Vertex AI: service account file, relative to this file (default: application default credentials)',
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
    .describe('US dollars per million tokens, by model; overrides the built-in price list'),
  context_window: count.optional().describe('Context window in tokens; overrides the built-in list'),
  ...requests,
  max_tools: count.optional().describe("Most tools per request; overrides the limit of the vendor's API"),
})

/** US dollars. */
const amount = z.number().positive('must be more than 0').max(1_000_000, 'is more than a million')

/** Keys of `limits` that are about money. */
export const spending = {
  usd_per_question: amount.optional().describe('Most US dollars for one question'),
  usd_per_day: amount.optional().describe('Most US dollars per day'),
  usd_per_month: amount.optional().describe('Most US dollars per calendar month'),
}

const route = text.describe('"platform" or "platform/model"')
const routes = z.array(route).max(50, 'names more than 50 routes').optional()

const duration = z.string().regex(/^\d{1,6}(ms|s|m)$/, 'must be like "30s" or "5m"')

export const routingSchema = z.strictObject({
  strategy: z
    .enum(['order', 'cost_optimized', 'latency', 'capability'])
    .optional()
    .describe('How a platform is picked (default: in order)'),
  order: routes.describe('Routes, best first; the others follow in file order'),
  tiers: z
    .strictObject({ cheap: routes, standard: routes, premium: routes })
    .optional()
    .describe('Routes for simple, ordinary and difficult questions'),
  fallback_enabled: z
    .boolean()
    .optional()
    .describe('Continue on the next platform when one fails (default: true)'),
  retry_wait: duration
    .optional()
    .describe(
      'Longest wait before a failed platform is asked again when no other one is available; "0s" = never (default: 20s)',
    ),
  health_check_interval: duration
    .optional()
    .describe('How often an idle platform is checked, by fetching its model list (default: 30s)'),
  baseline: route.optional().describe('Route that savings are measured against'),
  judge: route.optional().describe('Route that judges a cross-check'),
  retry_refusals: z
    .boolean()
    .optional()
    .describe('Ask another platform once when a content filter refuses (default: false)'),
})

/** What a customer can set for itself. */
export const customerRoutingSchema = routingSchema.pick({ strategy: true, order: true, tiers: true })

export type RoutingInput = z.infer<typeof customerRoutingSchema>
export type PlatformInput = z.infer<typeof platformSchema>
