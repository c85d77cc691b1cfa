// What a fake platform is told to do: plain data, so that it can be ordered in-process and over HTTP alike.

import { z } from 'zod'

/** Refusals before any answer, each with the vendor's own status, headers and body. */
export const REFUSALS = [
  'rate-limit',
  'rate-limit-date',
  'rate-limit-ms',
  'rate-limit-reset',
  'quota',
  'overloaded',
  'server-error',
  'bad-gateway',
  'auth',
  'forbidden',
  'not-found',
  'bad-request',
  'unsupported',
  'rejected',
  'bad-tool-named',
  'bad-tool-indexed',
  'bad-tool-unnamed',
  'too-many-tools',
  'context-overflow',
  'content-filter',
] as const

/** What happens to the connection or the stream instead of an answer or in the middle of one. */
export const BREAKS = [
  'refused',
  'reset',
  'hang',
  'reset-mid-stream',
  'cut',
  'cut-in-call',
  'hang-mid-stream',
  'error-early',
  'overloaded-early',
  'error-late',
  'malformed',
  'reset-after-end',
  'hang-after-end',
] as const

export type Refusal = (typeof REFUSALS)[number]
export type Break = (typeof BREAKS)[number]

const usage = z
  .strictObject({
    inputTokens: z.int(),
    outputTokens: z.int(),
    cacheReadTokens: z.int(),
    cacheWriteTokens: z.int(),
    thinkingTokens: z.int(),
  })
  .partial()

export const turnSchema = z.strictObject({
  text: z.string().optional(),
  /** Characters in one piece of text, thinking or arguments. */
  chunk: z.int().min(1).optional(),
  calls: z
    .array(
      z.strictObject({
        name: z.string(),
        /** A string is sent as it stands: empty, or broken JSON. */
        args: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
        id: z.string().optional(),
      }),
    )
    .optional(),
  /** Comes before the text, with whatever the vendor seals it with. An empty one is sealed and not shown. */
  thinking: z.string().optional(),
  /** The thinking comes as a sealed block without words (Anthropic). */
  redacted: z.boolean().optional(),
  /** Counts on one convention, in each vendor's words: input with the cache's part, output with thinking. */
  usage: usage.optional(),
  /** The model that the response names; else the one that was asked for. */
  model: z.string().optional(),
  stop: z.enum(['length', 'filtered', 'refusal', 'blocked', 'context', 'malformed-call']).optional(),
  /** The vendor's own word for how it ended, in place of what the rest would make. */
  stopAs: z.string().optional(),
  /** Milliseconds. */
  delay: z.strictObject({ first: z.int().optional(), between: z.int().optional() }).optional(),
  /** Keep-alives before the answer, `delay.between` apart. */
  pings: z.int().optional(),
  fault: z.enum([...REFUSALS, ...BREAKS]).optional(),
  /** For the rate limits: seconds. */
  retryAfter: z.number().optional(),
  /** For the bad tools: whose fault it is; else the first one of the request. */
  tool: z.string().optional(),
  /** In place of the fault's own words. */
  message: z.string().optional(),
})

/** One completion. Without a fault it is an answer; with one, the fault of that answer. */
export type Turn = z.infer<typeof turnSchema>

export const rulesSchema = z.strictObject({
  /** A request that offers one of these tools is refused; this takes no turn of the script. */
  refuses: z
    .strictObject({ tools: z.array(z.string()), by: z.enum(['name', 'index', 'nothing']) })
    .optional(),
  /** More tools are refused; this takes no turn of the script. */
  mostTools: z.int().optional(),
  /** Known models; the others are not found. Default: every model is known. */
  models: z.array(z.string()).optional(),
  /** Most models in one page of the list. */
  pageSize: z.int().optional(),
  /** Azure: its deployments; `none`: there is no list of them. Default: one for each model. */
  deployments: z.union([z.array(z.string()), z.literal('none')]).optional(),
  /** The body of the list of models as it stands, in place of a list: a page of HTML, or another server's form. */
  listBody: z.string().optional(),
  /** Bodies are not checked: for other programs, which may send what our own requests never hold. */
  unchecked: z.boolean().optional(),
  /** Vertex: what its token endpoint does. */
  signIn: z.enum(['ok', 'refused', 'hang']).optional(),
})

/** What holds for an instance whatever its script says. */
export type Rules = z.infer<typeof rulesSchema>
