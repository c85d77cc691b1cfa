// What the bridge adds to a call of a stdio server: the agent's connection to the bridge, compared with the SDK's client right
// at the command. Both commands speak 2025-06-18; the agent and the bridge speak 2026-07-28 with each other.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { packageRoot } from '../../src/base/package-root.ts'
import { connect } from '../../src/mcp/connect.ts'
import { endpointOf } from '../../test/helpers/mcp-servers.ts'
import { freePort } from '../../test/helpers/ports.ts'
import { type Figure, median, milliseconds } from './figure.ts'

const ROUNDS = 5
const CALLS = 1_000
const WARM_UP = 300

const COMMAND = [
  process.execPath,
  fileURLToPath(new URL('../../test/fixtures/stdio-server.ts', import.meta.url)),
]
const ARGUMENTS = { customer: 'acme', text: 'a question of ordinary length' }

interface Way {
  call(): Promise<unknown>
  close(): Promise<void>
}

export async function bridgeFigures(): Promise<Figure[]> {
  const ways = [await throughBridge(), await direct()] as const
  try {
    for (const { call } of ways) await timesOf(call, WARM_UP)
    const rounds: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++)
      for (const at of [0, 1] as const) rounds[at].push(median(await timesOf(ways[at].call, CALLS)))
    const [through, straight] = [median(rounds[0]), median(rounds[1])]
    return [
      {
        what: `a call through the bridge, compared with direct stdio, median of ${ROUNDS} rounds of ${CALLS} calls`,
        figure: `${(through - straight).toFixed(2)} ms more`,
        aim: '<= 1.0 ms',
        behind: `${milliseconds(through)} : ${milliseconds(straight)}`,
      },
    ]
  } finally {
    for (const { close } of ways) await close()
  }
}

async function timesOf(call: Way['call'], count: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  }
  return times
}

async function throughBridge(): Promise<Way> {
  const [port, token] = [await freePort(), 'bench-token-of-the-bridge']
  const bundle = join(packageRoot(), 'dist', 'mcps', 'bridge.mjs')
  const env = { PATH: process.env.PATH ?? '', MCP_PORT: String(port), MCP_SERVER_TOKEN: token }
  const bridge = spawn(process.execPath, [bundle, ...COMMAND], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  await logged(bridge, 'the command is ready')
  const connection = await connect(endpointOf({ url: `http://127.0.0.1:${port}/mcp` }, { token }))
  if (connection.era !== 'modern') throw new Error(`the bridge speaks ${connection.era}`)
  return {
    call: () => connection.call('echo', ARGUMENTS, {}),
    async close() {
      await connection.close()
      const ended = new Promise(resolve => bridge.once('exit', resolve))
      bridge.kill('SIGTERM')
      await ended
    },
  }
}

function logged(program: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    program.stderr?.on('data', piece => {
      log += piece
      if (log.includes(words)) resolve()
    })
    program.once('exit', code => reject(new Error(`ended with exit code ${code}: ${log}`)))
  })
}

async function direct(): Promise<Way> {
  const [command = '', ...args] = COMMAND
  const client = new Client({ name: 'bench', version: '1' })
  await client.connect(new StdioClientTransport({ command, args, stderr: 'ignore' }))
  return {
    call: () => client.callTool({ name: 'echo', arguments: ARGUMENTS }),
    close: () => client.close(),
  }
}
