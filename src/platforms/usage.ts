import type { Usage } from './platform.ts'

/** More tokens than any turn can have. */
const MOST = 1e9

/**
 * Token counts as a server sent them, or undefined if they are impossible or contradict each other: no request is empty,
 * and no answer (`hasAnswer`) has 0 tokens. Costs and limits are computed from them, and unknown is better than wrong.
 */
export function soundUsage(reported: Usage | null | undefined, hasAnswer: boolean): Usage | undefined {
  if (!reported) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reported
  const counts = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
  if (!counts.every(count => Number.isInteger(count) && count >= 0 && count <= MOST)) return undefined
  if (inputTokens === 0 || (hasAnswer && outputTokens === 0)) return undefined
  return cacheReadTokens + cacheWriteTokens <= inputTokens ? reported : undefined
}

/**
 * Tokens billed as output. Some servers leave reasoning out of the answer's count, but not out of the total: xAI
 * (https://github.com/UKGovernmentBEIS/inspect_ai/issues/5528) and gateways to Gemini
 * (https://github.com/router-for-me/CLIProxyAPI/issues/5733). NaN if the total is less than its parts.
 *
 * @param total of input and output; undefined or 0 if the server did not report it
 */
export function billedOutput(input: number, output: number, total: number | undefined): number {
  if (!total || total === input + output) return output
  return total > input + output ? total - input : Number.NaN
}

/** The sum; an unknown side is not counted. */
export function sumOfUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (!one || !other) return one ?? other
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
  }
}
