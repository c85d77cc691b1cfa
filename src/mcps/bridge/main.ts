// A stdio server as one of ours: it holds one command, and serves it over HTTP in both eras, behind the token and the Host check.
//
// bridge.mjs COMMAND [ARGUMENT…]
//
// Environment: MCP_CHILD_ENV: names of the variables that the command gets; besides those only PATH and the owner's mark.
// MCP_CHILD_FOLDER: its working directory.
import { SupportError } from '../../base/errors.ts'
import { type Env, serveWith } from '../serve.ts'
import { openRelay } from './relay.ts'

/** By the mark, processes that a killed command left behind are found again. */
const ALWAYS = ['PATH', 'SUPPORTMAX_OWNER']

await serveWith('bridge', (env, log) => {
  const command = process.argv.slice(2)
  if (command.length === 0) throw new SupportError('usage', 'no command was given')
  const relay = openRelay({ command, env: childEnv(env), cwd: env.MCP_CHILD_FOLDER || undefined }, log)
  let isClosing = false
  void relay.ended.then(({ exitCode, words }) => {
    if (isClosing) return
    log('error', words)
    process.exit(exitCode)
  })
  const close = () => {
    isClosing = true
    return relay.close()
  }
  return { makeServer: relay.makeServer, notReady: relay.notReady, close }
})

function childEnv(env: Env): Record<string, string> {
  const names = (env.MCP_CHILD_ENV ?? '').split(',').filter(name => name !== '')
  return Object.fromEntries(
    [...ALWAYS, ...names].flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
}
