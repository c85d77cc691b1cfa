import type { Key } from 'ink'
import type { Controller } from '../controller.ts'
import type { Actions } from './actions.ts'

/** Esc and ↑ for the line that was queued last. Returns whether the key was for it. */
export function openQueueKeys(
  controller: Controller,
  { lineNow, change }: Actions,
  say: (hint: string) => void,
): (key: Key) => boolean {
  return key => {
    const { dialogs, queued } = controller.view()
    if (dialogs.length > 0 || queued.length === 0) return false
    if (!key.escape && !(key.upArrow && lineNow().text === '')) return false
    const line = controller.queue.takeLast()
    // It stays in the history.
    if (key.escape) say('dropped from the queue; ↑ recalls it')
    else if (line) change({ type: 'return', text: line.shown }, line.customer)
    return true
  }
}
