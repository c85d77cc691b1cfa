import type { Usage } from './platform.ts'

/** More tokens than any turn can have. */
const MOST = 1e9

/**
 * Token counts as a server sent them, or undefined if they are impossible or contradict each other. Costs and limits are
 * computed from them, and unknown is better than wrong.
 */
export function soundUsage(reported: Usage | null | undefined): Usage | undefined {
  if (!reported) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reported
  const counts = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
  const isSound = counts.every(count => Number.isInteger(count) && count >= 0 && count <= MOST)
  return isSound && cacheReadTokens + cacheWriteTokens <= inputTokens ? reported : undefined
}
