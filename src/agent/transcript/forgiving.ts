import { reasonOf } from '../../base/errors.ts'
import type { Transcript } from './transcript.ts'

/**
 * Answers matter more than transcripts: after a failure nothing more is written.
 *
 * @param warn gets the reason, once
 */
export function forgiving(transcript: Transcript, warn: (reason: string) => void): Transcript {
  let isOver = false
  function safely<T>(work: () => T, instead: T): T {
    if (isOver) return instead
    try {
      return work()
    } catch (error) {
      isOver = true
      warn(reasonOf(error))
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
