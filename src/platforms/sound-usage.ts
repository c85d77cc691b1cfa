import type { Usage } from './platform.ts'

/** More tokens than any turn can have. */
const MOST = 1e9

/**
 * Token counts as a server sent them, or undefined when they cannot be right: costs and limits are computed from them,
 * and unknown is better than nonsense. Counts that contradict each other are rejected too.
 */
export function soundUsage(said: Usage | null | undefined): Usage | undefined {
  if (!said) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = said
  const counts = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
  const isSound = counts.every(count => Number.isInteger(count) && count >= 0 && count <= MOST)
  return isSound && cacheReadTokens + cacheWriteTokens <= inputTokens ? said : undefined
}
