// https://ai.google.dev/api/generate-content and
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference

import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import type { Ask } from '../../wire/frame.ts'
import { first, shapeOf } from '../shape.ts'
import { type Content, conversation } from './contents.ts'
import { declarationsViolation } from './declarations.ts'

const any = z.unknown().optional()
const text = z.string()
const part = z.strictObject({
  text: text.optional(),
  thought: z.boolean().optional(),
  thoughtSignature: text.optional(),
  functionCall: z
    .strictObject({
      name: text.min(1),
      args: z.record(z.string(), z.unknown()).optional(),
      id: text.optional(),
    })
    .optional(),
  functionResponse: z
    .strictObject({ name: text.min(1), response: z.record(z.string(), z.unknown()), id: text.optional() })
    .optional(),
  inlineData: z.looseObject({ mimeType: text }).optional(),
  fileData: z.looseObject({ fileUri: text }).optional(),
})

const content = z.strictObject({
  role: z.enum(['user', 'model'], 'Please use a valid role: user, model.').optional(),
  parts: z.array(part).min(1, 'contents.parts must not be empty.'),
})

const body = z.strictObject({
  contents: z.array(content).min(1, 'contents is not specified'),
  systemInstruction: content.extend({ role: text.optional() }).optional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z.array(
          z.strictObject({
            name: text.optional(),
            description: text.optional(),
            parameters: any,
            parametersJsonSchema: any,
            response: any,
            responseJsonSchema: any,
            behavior: any,
          }),
        ),
      }),
    )
    .optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: z.enum(['AUTO', 'ANY', 'NONE', 'VALIDATED']).optional(),
          allowedFunctionNames: z.array(text).optional(),
        })
        .optional(),
    })
    .optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.int().min(1).optional(),
      thinkingConfig: z
        .strictObject({ includeThoughts: z.boolean(), thinkingBudget: z.int(), thinkingLevel: text })
        .partial()
        .optional(),
      ...Object.fromEntries(
        [
          'audioTimestamp candidateCount frequencyPenalty logprobs mediaResolution presencePenalty',
          'responseJsonSchema responseLogprobs responseMimeType responseModalities responseSchema seed',
          'speechConfig stopSequences temperature topK topP',
        ].flatMap(line => line.split(' ').map(name => [name, any])),
      ),
    })
    .optional(),
  safetySettings: any,
  cachedContent: any,
  labels: any,
  serviceTier: any,
})

export function googleViolation(ask: Ask, query: Record<string, string>): Violation | undefined {
  const contents = (ask.body.contents ?? []) as Content[]
  return first(
    () =>
      query.alt === 'sse' ? undefined : { message: 'this server only streams events: ask with alt=sse' },
    () => shapeOf(body, ask.body, 'google'),
    () => declarationsViolation(ask.body.tools),
    () => allowed(ask.body.toolConfig),
    () => conversation(contents, ask),
  )
}

function allowed(config: unknown): Violation | undefined {
  const { mode, allowedFunctionNames: names } =
    (config as { functionCallingConfig?: { mode?: string; allowedFunctionNames?: string[] } } | undefined)
      ?.functionCallingConfig ?? {}
  return names && mode !== 'ANY' && mode !== 'VALIDATED'
    ? { message: 'allowed_function_names can only be set when the function calling mode is ANY.' }
    : undefined
}
