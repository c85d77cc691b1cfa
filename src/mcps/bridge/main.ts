// Runs a stdio server, and serves it over HTTP like one of our own: in both eras, behind the token and the Host check.
//
// bridge.mjs COMMAND [ARGUMENT…]
//
// Environment: CHILD_<NAME> becomes the command's <NAME>; besides those it gets only PATH and the owner's mark. MCP_FOLDER is
// its working directory.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { type Env, serveWith } from '../serve.ts'
import { openRelay } from './relay.ts'

/** By it, processes that a killed command left behind are found again. */
const MARK = 'SUPPORTMAX_OWNER'

const CHILD = 'CHILD_'

/** What is no secret among what it gets. Which of the others are, only our caller knows. */
const PLAIN = /^(PATH|HOME|LANG|TMPDIR|XDG_\w+|DOCKER_\w+)$/

await serveWith('bridge', (env, log) => {
  const command = process.argv.slice(2)
  if (command.length === 0) throw new SupportError('usage', 'no command was given')
  const relay = openRelay({ command, env: childEnv(env), cwd: env.MCP_FOLDER || undefined }, log)
  let isClosing = false
  void relay.ended.then(async ({ exitCode, words }) => {
    if (isClosing) return
    log('error', words)
    // It may live on, and only have closed its pipes.
    await relay.close()
    process.exit(exitCode)
  })
  const close = () => {
    isClosing = true
    return relay.close()
  }
  return { makeServer: relay.makeServer, notReady: relay.notReady, close }
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
