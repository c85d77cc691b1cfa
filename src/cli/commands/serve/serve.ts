import { resolve } from 'node:path'
import type { App } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import type { Context, Options, Run } from '../../context.ts'
import { textOption } from '../../context.ts'

export const run: Run = async (context, _, options) => {
  const given = { port: portIn(textOption(options, 'port')), origins: originsIn(options.allowOrigin) }
  if (options.printUnit) return printUnit(context, given, options)
  const { print, open, config } = context
  const app = await open()
  try {
    const { keptPort } = await import('../../../server/running/place.ts')
    const { folder } = app.stack.state
    const start = { folder, port: given.port ?? keptPort(folder), origins: given.origins }
    const { refuseSecond } = await import('./running.ts')
    await refuseSecond(folder)
    if (options.detach) {
      const { detach } = await import('./detach.ts')
      return await detach({ print, config, ...start })
    }
    await serveHere(context, app, start)
    return EXIT.ok
  } finally {
    await app.close()
  }
}

interface Start {
  folder: string
  port: number
  origins: readonly string[]
}

async function serveHere(
  { print, signal }: Context,
  app: App,
  { folder, port, origins }: Start,
): Promise<void> {
  const [{ serve }, { openTokens }] = await Promise.all([
    import('../../../server/serve.ts'),
    import('../../../access/tokens/tokens.ts'),
  ])
  // Reported now: at a door, they would just not be found.
  const tokens = openTokens(folder).list()
  const { customers } = app.project
  const onOpen = () => {
    // In a log, nobody can press it.
    const toStop = process.stdin.isTTY && process.stderr.isTTY ? '; press Ctrl+C to stop' : ''
    print.note(`serving ${counted(customers.length, 'customer')} on port ${port}${toStop}`)
    for (const { id } of customers) print.note(`  http://127.0.0.1:${port}/customers/${id}/mcp`)
    if (customers.length === 0) print.note('no customers yet: run `supportmax customer add NAME` to add one')
    else if (tokens.length === 0 && app.project.identity === undefined)
      print.note('no tokens yet: run `supportmax token create --customer NAME` to create one')
  }
  const log = (text: string) => print.note(`${new Date().toLocaleTimeString('en-GB')} ${text}`)
  await serve(app, { port, origins, log, onOpen }, signal)
}

/** For this person's PATH and folders: systemd reads no shell's profile. */
async function printUnit(
  { config, print }: Context,
  { port, origins }: { port: number | undefined; origins: readonly string[] },
  options: Options,
): Promise<number> {
  if (options.detach)
    throw new SupportError('usage', '--detach cannot be combined with --print-unit', {
      hint: 'leave out --detach: systemd runs it in the background',
    })
  const [{ systemdUnit }, { readEnvironment }] = await Promise.all([
    import('../../../exporters/systemd.ts'),
    import('../../../config/env.ts'),
  ])
  const { variables } = readEnvironment()
  const env = KEPT_VARIABLES.flatMap(name => (variables[name] ? [[name, variables[name]]] : []))
  const ports = port === undefined ? [] : ['--port', String(port)]
  const unit = systemdUnit({
    program: [process.execPath, resolve(process.argv[1] ?? '')],
    config: resolve(config),
    args: [...ports, ...origins.flatMap(origin => ['--allow-origin', origin])],
    env: Object.fromEntries(env),
  })
  print.result(unit.trimEnd())
  print.note('save it as ~/.config/systemd/user/supportmax.service')
  print.note('then run `systemctl --user daemon-reload` and `systemctl --user enable --now supportmax`')
  return EXIT.ok
}

const KEPT_VARIABLES = ['PATH', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME']

function portIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new SupportError('usage', `--port: ${JSON.stringify(text)} is not a port`, {
    hint: 'give a number from 1 to 65535, such as --port 7777',
  })
}

function originsIn(given: unknown): string[] {
  const origins = Array.isArray(given) ? given.map(String) : []
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new SupportError('usage', `--allow-origin: ${JSON.stringify(origin)} is not an origin`, {
        hint: 'give scheme, host and port only, such as https://tools.example.com',
      })
  return origins
}
