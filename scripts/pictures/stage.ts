// What the pictures show: the real program on the demo's simulated systems, and a model whose answers are written in the scenes.

import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startWorld } from '../../src/demo/world.ts'
import type { Script } from '../../test/fake-platforms/instance.ts'
import { startFakePlatforms } from '../../test/fake-platforms/start.ts'
import { openScreen, type PictureScreen, type ScreenOptions } from './screen.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(root, 'bin', 'supportmax.js')
const data = join(root, 'templates', 'demo')

export interface Stage {
  /** The chat of the customer in a terminal, and a model that follows the script. */
  chat(customer: string, script: Script, options: ScreenOptions): PictureScreen
  close(): Promise<void>
}

/** Starts the simulated systems, the model and the servers of two customers. */
export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-pictures-'))
  const [world, model] = await Promise.all([startWorld({ port: 0, data }), startFakePlatforms()])
  writeFileSync(
    join(folder, 'mcp_servers.json'),
    JSON.stringify(configuration(world.url, model.url('anthropic'))),
  )
  copyFileSync(join(data, 'credentials.env'), join(folder, 'mcp_credentials.env'))
  chmodSync(join(folder, 'mcp_credentials.env'), 0o600)
  for (const part of ['home', 'state', 'run']) mkdirSync(join(folder, part), { mode: 0o700 })
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    NODE_OPTIONS: `--import=${new URL('person.ts', import.meta.url)}`,
    TZ: 'Europe/Berlin',
    LANG: 'C.UTF-8',
    PAGER: 'less',
    LESSHISTFILE: '-',
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    ANTHROPIC_API_KEY: 'scripted',
  }
  const command = (...args: string[]) => run(process.execPath, [program, ...args], { cwd: folder, env })
  // Grafana has no token: a picture shows what the program says about it.
  await command('up').catch(() => {})
  await command('tools', 'accept', 'nordwind', '--yes')
  return {
    chat(customer, script, options) {
      model.script('anthropic', script)
      return openScreen([process.execPath, program, 'chat', customer], { ...options, folder, env })
    },
    async close() {
      await command('down')
      await Promise.all([world.close(), model.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(world: string, model: string) {
  const alertmanager = (id: string) => ({
    type: 'alertmanager',
    config: { alertmanager_url: `${world}/${id}/alertmanager` },
  })
  const genesys = (id: string) => ({
    type: 'genesys',
    config: {
      region: 'eu-central-1',
      login_url: `${world}/${id}/genesys/login`,
      api_url: `${world}/${id}/genesys/api`,
    },
  })
  return {
    project: 'pictures',
    runtime: 'local',
    platforms: { anthropic: { base_url: model } },
    customers: [
      {
        name: 'Nordwind Energie',
        id: 'nordwind',
        host: 'monitoring.nordwind.example',
        environment: 'prod',
        access: 'read-write',
        mcp_servers: [alertmanager('nordwind'), genesys('nordwind')],
      },
      {
        name: 'Segura Seguros',
        id: 'segura',
        host: 'monitoring.segura.example',
        mcp_servers: [alertmanager('segura'), genesys('segura'), { type: 'grafana' }],
      },
    ],
  }
}
