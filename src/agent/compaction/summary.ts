import type { Message } from '../../platforms/platform.ts'
import { SUMMARY_MARK } from './mask.ts'

/** The messages that replace the summarized ones. */
export function summarized(summary: string): Message[] {
  return [
    { role: 'user', text: `${SUMMARY_MARK}\n\n${summary}` },
    { role: 'assistant', text: 'Understood.', calls: [] },
  ]
}
