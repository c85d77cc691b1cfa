import type { Usage } from './platform.ts'

/** More tokens than any turn can have. */
const MOST = 1e9

/**
 * Token counts as a server sent them, or undefined if they are impossible or contradict each other: no request is empty. Costs and limits are
 * computed from them, and unknown is better than wrong.
 */
export function soundUsage(reported: Usage | null | undefined): Usage | undefined {
  if (!reported) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reported
  const counts = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
  const isSound =
    inputTokens > 0 && counts.every(count => Number.isInteger(count) && count >= 0 && count <= MOST)
  return isSound && cacheReadTokens + cacheWriteTokens <= inputTokens ? reported : undefined
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
