// Which calls may be sent again. The SDK takes nothing of ours from a request to the fetch that sends it, so this
// travels beside it.

import { AsyncLocalStorage } from 'node:async_hooks'

const calls = new AsyncLocalStorage<'repeatable'>()

/** Makes a request whose call changes nothing: it may follow a redirect. */
export function withRepeatableCall<T>(request: () => Promise<T>): Promise<T> {
  return calls.run('repeatable', request)
}

/** Whether what is being sent belongs to such a request. */
export function isRepeatableCall(): boolean {
  return calls.getStore() === 'repeatable'
}
