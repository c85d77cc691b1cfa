import type { ServerContext } from '@modelcontextprotocol/server'
import { withoutSecrets } from '../../base/redact.ts'

/** Reports progress under the token of the caller; undefined if it wants none. An answer must not overtake it. */
export function progressTo(mcpReq: ServerContext['mcpReq']) {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let last: Promise<unknown> = Promise.resolve()
  return {
    report(progress: object): void {
      const params = { ...withoutSecrets(progress), progressToken }
      const notice = { method: 'notifications/progress', params } as Parameters<typeof mcpReq.notify>[0]
      last = mcpReq.notify(notice).catch(() => {})
    },
    sent: () => last,
  }
}
