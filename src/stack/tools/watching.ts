import type { ServerKey } from '../../config/project.ts'
import type { ServerListener } from '../../mcp/connection.ts'

/** Without anybody who watches, connections are only used for requests. */
export function listWatching(watchers: ReadonlySet<(key: ServerKey) => void>) {
  return (key: ServerKey): ServerListener | undefined => {
    if (watchers.size === 0) return undefined
    return {
      capabilities: {},
      async onRequest(method) {
        throw new Error(`nobody answers ${method} here`)
      },
      onNotice(method) {
        if (method === 'notifications/tools/list_changed') for (const changed of watchers) changed(key)
      },
    }
  }
}
