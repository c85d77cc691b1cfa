import type { Transcript } from './transcript.ts'

/**
 * Answers matter more than transcripts: after a failure nothing more is written.
 *
 * @param failed gets the error, once
 */
export function forgiving(transcript: Transcript, failed: (error: unknown) => void): Transcript {
  let isOver = false
  function safely<T>(work: () => T, instead: T): T {
    if (isOver) return instead
    try {
      return work()
    } catch (error) {
      isOver = true
      failed(error)
      return instead
    }
  }
  return {
    asked: (...asked) => safely(() => transcript.asked(...asked), undefined),
    setting: toolset => safely(() => transcript.setting(toolset), undefined),
    event: event => safely(() => transcript.event(event), undefined),
    remember: messages => safely(() => transcript.remember(messages), undefined),
    told: (...told) => safely(() => transcript.told(...told), undefined),
    begun: (...call) => safely(() => transcript.begun(...call), undefined),
    ended: (facts, text) =>
      safely(
        () => transcript.ended(facts, text),
        () => text,
      ),
    leave() {
      safely(transcript.leave, undefined)
      isOver = true
    },
  }
}
