// Runs a stdio server, and serves it over HTTP like one of our own: in both eras, behind the token and the Host check.
//
// bridge.mjs COMMAND [ARGUMENT…]
//
// Environment: CHILD_<NAME> becomes the command's <NAME>; besides those it gets only PATH and the owner's mark. MCP_FOLDER is
// its working directory. MCP_OWN_SESSIONS gives each session a command of its own; its value is the most at a time.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { type Env, serveWith } from '../serve.ts'
import { openOwnSessions } from './own-sessions.ts'
import { openRelay } from './relay.ts'

/** Marks the processes of a command, so that those which a killed one left behind can be found. */
const MARK = 'SUPPORTMAX_OWNER'

const CHILD = 'CHILD_'

/** From a session's last call to the end of its command, in milliseconds. */
const IDLE_MS = 600_000

/** Variables that hold no secret. Only our caller knows which of the others do. */
const PLAIN = /^(PATH|HOME|LANG|TMPDIR|XDG_\w+|DOCKER_\w+)$/

await serveWith('bridge', (env, log) => {
  const command = process.argv.slice(2)
  if (command.length === 0) throw new SupportError('usage', 'no command was given')
  const child = { command, env: childEnv(env), cwd: env.MCP_FOLDER || undefined }
  const most = Number(env.MCP_OWN_SESSIONS || 0)
  const relay = most > 0 ? openOwnSessions(child, log, { most, idleMs: IDLE_MS }) : openRelay(child, log)
  let isClosing = false
  void relay.ended.then(async ({ exitCode, words }) => {
    if (isClosing) return
    log('error', words)
    // It may have closed its pipes without ending.
    await relay.close()
    process.exit(exitCode)
  })
  const close = () => {
    isClosing = true
    return relay.close()
  }
  // The newest revision has no sessions.
  const eras = most > 0 ? 'legacy' : 'both'
  return { makeServer: relay.makeServer, eras, notReady: relay.notReady, close }
})

function childEnv(env: Env): Record<string, string> {
  const named = Object.entries(env).flatMap(([name, value = '']): [string, string][] =>
    name.startsWith(CHILD) ? [[name.slice(CHILD.length), value]] : [],
  )
  for (const [name, value] of named) if (!PLAIN.test(name)) hideSecret(value)
  const { PATH, [MARK]: mark } = env
  return {
    ...(PATH !== undefined && { PATH }),
    ...Object.fromEntries(named),
    ...(mark !== undefined && { [MARK]: mark }),
  }
}
