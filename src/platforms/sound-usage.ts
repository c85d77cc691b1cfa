import type { Usage } from './platform.ts'

/** More tokens than any turn has. */
const MOST = 1e9

/**
 * Counts as a server gave them, or undefined where they cannot be counts: money and limits are reckoned with them,
 * and an unknown number is better there than nonsense. Counts that contradict each other say nothing.
 */
export function soundUsage(said: Usage | null | undefined): Usage | undefined {
  if (!said) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = said
  const counts = [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens]
  const isSound = counts.every(count => Number.isInteger(count) && count >= 0 && count <= MOST)
  return isSound && cacheReadTokens + cacheWriteTokens <= inputTokens ? said : undefined
}
