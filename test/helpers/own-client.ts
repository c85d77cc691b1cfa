import { closing } from './closing.ts'
import { connect, type TestClient } from './mcp-clients.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'

/** One of our own servers and a client of it, until the test is over. */
export async function ownClient(
  name: string,
  env: Record<string, string>,
): Promise<{ client: TestClient; server: OwnServer }> {
  const server = await startOwnServer(name, env)
  closing({ close: () => server.stop() })
  const client = closing(await connect('modern', server))
  return { client, server }
}
