import {
  FinishReason,
  FunctionCallingConfigMode,
  type GenerateContentParameters,
  type GoogleGenAI,
  ThinkingLevel,
} from '@google/genai'
import { orAborted } from '../../base/waiting/aborted.ts'
import type { Effort, OutputSettings } from '../../config/project.ts'
import { faultIn } from '../faults/fault.ts'
import type { Finish, ModelEvent, ModelRequest, Usage } from '../platform.ts'
import { untilWhole } from '../stream/whole.ts'
import { collectAnswer } from './answer.ts'
import { faultOf } from './fault.ts'
import { historyOf } from './history.ts'
import type { SignIn } from './sign-in.ts'

export interface GoogleTurn {
  client: GoogleGenAI
  platform: string
  model: string
  /** Of signed parts. */
  owner: string
  output: OutputSettings
  signIn: SignIn | undefined
  request: ModelRequest
  signal: AbortSignal
  /** Gets the token counts as they arrive. */
  count(usage: Usage | undefined): void
}

/** One turn of generateContent. Reads to the end of the stream, because chunks may follow the one with the finish reason. */
export async function* generate(turn: GoogleTurn): AsyncGenerator<ModelEvent> {
  const { client, platform, signIn, signal, count } = turn
  const answer = collectAnswer()
  // The SDK would sign in before it checks the signal.
  signal.throwIfAborted()
  const asked = client.models.generateContentStream(paramsOf(turn))
  const stream = await orAborted(asked, signal).catch(error => {
    throw faultOf({ platform, signIn }, error)
  })
  for await (const chunk of untilWhole(stream, () => answer.stopReason() !== undefined)) {
    yield* answer.take(chunk)
    count(answer.usage())
  }
  if (answer.stopReason() !== undefined) yield* finishedEvents(turn, answer)
}

function* finishedEvents(
  { platform, owner }: GoogleTurn,
  answer: ReturnType<typeof collectAnswer>,
): Generator<ModelEvent> {
  const stopped = answer.stopReason() ?? ''
  const reason = REASONS[stopped]
  // Usually a malformed call: the same question may succeed on another attempt or platform.
  if (!reason) throw faultIn(platform, 'server', `the model stopped: ${stopped}`)
  const calls = reason === 'stop' ? answer.calls() : []
  for (const call of calls) yield { type: 'call', call }
  const items = answer.carried()
  yield {
    type: 'finish',
    reason: calls.length > 0 ? 'calls' : reason,
    usage: answer.usage(),
    model: answer.model(),
    carry: items.length > 0 ? { owner, items } : undefined,
  }
}

/** Any other reason is a failure. */
const REASONS: Partial<Record<string, Finish['reason']>> = {
  [FinishReason.STOP]: 'stop',
  [FinishReason.MAX_TOKENS]: 'length',
  [FinishReason.CONTINUATION]: 'length',
  [FinishReason.SAFETY]: 'filtered',
  [FinishReason.RECITATION]: 'filtered',
  [FinishReason.LANGUAGE]: 'filtered',
  [FinishReason.BLOCKLIST]: 'filtered',
  [FinishReason.PROHIBITED_CONTENT]: 'filtered',
  [FinishReason.SPII]: 'filtered',
}

/** Google has four levels; the nearest one. */
function levelOf(effort: Effort): ThinkingLevel {
  if (effort === 'none' || effort === 'minimal') return ThinkingLevel.MINIMAL
  if (effort === 'low') return ThinkingLevel.LOW
  return effort === 'medium' ? ThinkingLevel.MEDIUM : ThinkingLevel.HIGH
}

/** Both APIs accept schemas in `parametersJsonSchema`; `parameters` has a dialect of its own. */
function paramsOf({ model, owner, output, request, signal }: GoogleTurn): GenerateContentParameters {
  const functionDeclarations = request.tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    parametersJsonSchema: inputSchema,
  }))
  const hasTools = functionDeclarations.length > 0
  return {
    model,
    contents: historyOf(request.messages, { owner, model }),
    config: {
      ...(request.system.trim() && { systemInstruction: request.system }),
      ...(hasTools && { tools: [{ functionDeclarations }] }),
      ...(hasTools &&
        request.toolChoice && {
          toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.NONE } },
        }),
      ...(output.mostTokens && { maxOutputTokens: output.mostTokens }),
      ...(output.effort && { thinkingConfig: { thinkingLevel: levelOf(output.effort) } }),
      automaticFunctionCalling: { disable: true },
      // Otherwise the SDK keeps requesting the rest of an answer that is too long.
      automaticContinuation: false,
      abortSignal: signal,
    },
  }
}
