import { dirname, resolve } from 'node:path'
import { BRIDGE } from '../../../../catalog/packaged.ts'
import { checkedArgs, checkedEnv, sessionsEnv } from './arguments.ts'
import { type ServerKind, UNKNOWN } from './kind.ts'

/** A stdio server that is a program of this machine, behind the bridge. */
export const COMMAND: ServerKind = {
  typeOf: () => ({
    ...UNKNOWN,
    type: 'command',
    title: 'stdio MCP server',
    summary: 'Any MCP server that is a command',
    image: { build: 'bridge' },
    local: { program: 'bridge' },
    // Only Node adds them to those of the system; the variables of other programs replace them.
    caEnv: { CHILD_NODE_EXTRA_CA_CERTS: '{caFile}' },
    proxyEnv: { CHILD_NODE_USE_ENV_PROXY: '1' },
    env: BRIDGE,
    tokenEnv: 'MCP_SERVER_TOKEN',
    prompt: 'An MCP server. The descriptions of its tools say what it is for.',
  }),
  keys: ['args', 'env', 'cwd', 'secrets_in_args', 'sessions', 'max_sessions'],
  transports: ['stdio'],
  programOf(context, input, at) {
    const folder = dirname(context.file)
    const { command = '', args = [], cwd } = input
    for (const [index, arg] of args.entries())
      if (cwd === undefined && /^\.{1,2}\//.test(arg))
        context.reporter.warn(
          [...at, 'args', index],
          'is relative to the working directory, which is a folder of its own',
          'add "cwd": "." (the folder of this file), or write an absolute path',
        )
    const program = command.includes('/') ? resolve(folder, command) : command
    return {
      image: { kind: 'build', program: 'bridge' },
      local: { kind: 'bridge', command: program, cwd: cwd === undefined ? undefined : resolve(folder, cwd) },
      args: checkedArgs(context, input, at),
      env: [...sessionsEnv(context, input, at), ...checkedEnv(context, input, at, 'CHILD_')],
    }
  },
}
