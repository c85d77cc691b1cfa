import { EXIT, SupportError } from '../../../base/errors.ts'
import type { Run } from '../../context.ts'
import { textOption } from '../../context.ts'

export const run: Run = async ({ print, open, signal, config }, _, options) => {
  const app = await open()
  try {
    const [{ serve }, { keptPort }, { openTokens }] = await Promise.all([
      import('../../../server/serve.ts'),
      import('../../../server/running/place.ts'),
      import('../../../access/tokens/tokens.ts'),
    ])
    const { folder } = app.stack.state
    const port = portIn(textOption(options, 'port')) ?? keptPort(folder)
    if (options.detach) {
      const { detach } = await import('./detach.ts')
      return await detach({ print, config, folder, port, origins: originsIn(options.allowOrigin) })
    }
    // Reported now: at a door, they would just not be found.
    const tokens = openTokens(folder).list()
    const urls = app.project.customers.map(({ id }) => `http://127.0.0.1:${port}/customers/${id}/mcp`)
    print.note(`serving ${urls.join('\n        ')}`)
    if (tokens.length === 0)
      print.note('there are no tokens yet; create one with `supportmax token create --customer NAME`')
    const log = (text: string) => print.note(`${new Date().toLocaleTimeString('en-GB')} ${text}`)
    const origins = originsIn(options.allowOrigin)
    await serve(app, { port, origins, log }, signal)
    return EXIT.ok
  } finally {
    await app.close()
  }
}

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
