import { join } from 'node:path'
import type { App } from '../../../app.ts'
import { openApp } from '../../../app.ts'
import { EXIT } from '../../../base/errors.ts'
import { commandName, currentFolder, packageRoot } from '../../../base/package-root.ts'
import { counted } from '../../../base/text/amounts.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { customerTitle, keyText } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { startWorld, stopWorld } from '../../../stack/demo-world.ts'
import { down } from '../../../stack/down.ts'
import { up } from '../../../stack/up/up.ts'
import type { Context, Run } from '../../context.ts'
import { errorText, explainedText } from '../../error-text.ts'
import { createProgress } from '../../progress/progress.ts'
import { askOnce } from '../chat/headless.ts'

/** What /help says about /quit. */
const QUIT_SUMMARY = 'leave and stop the demo'

/** The configuration that comes with supportmax: no other one has the demo's customers. */
const CONFIG = join(packageRoot(), 'mcp_servers.json')

const WORK = { timeoutMs: 60_000, command: 'demo' }

export const run: Run = async (context, _args, options) => {
  const app = openApp({ config: CONFIG })
  if (options.stop === true) return stop(context, app)
  const progress = createProgress({ print: context.print, project: app.project, stream: process.stderr })
  context.print.note('starting the demo: the simulated systems of three customers, on 127.0.0.1')
  const world = await startWorld(app.stack.state, context.signal)
  try {
    const { customers } = app.project
    const started = await up(app.stack, {
      ...WORK,
      customers,
      scope: 'all',
      mode: 'apply',
      until: 'ready',
      emit: progress.emit,
      signal: context.signal,
    }).finally(progress.end)
    if (started.failed > 0) return EXIT.failed
    return await (process.stdin.isTTY && process.stdout.isTTY
      ? chatWith(context, app, world === 'started' && options.keep !== true ? QUIT_SUMMARY : undefined)
      : playScript(context, app))
  } finally {
    await app.close()
    if (world === 'found' || options.keep === true) {
      const message = world === 'found' ? 'demo: left running, as before' : 'demo: left running'
      context.print.note(explainedText({ message, hint: leftRunningHint() }, context.print.noteLayout))
    } else {
      context.print.note('stopping the demo')
      await stop(context, app)
    }
  }
}

/** Empty where it is the configuration of the folder. */
function configWords(): string {
  return currentFolder() === packageRoot() ? '' : ` --config ${shellWord(CONFIG)}`
}

function leftRunningHint(): string {
  return `run \`supportmax${configWords()} chat\` to use it, \`supportmax demo --stop\` to stop it`
}

async function stop({ print }: Context, app: App): Promise<number> {
  const { removed, left } = await down(app.stack, { ...WORK, customers: undefined, emit: () => {} })
  const world = await stopWorld(app.stack.state)
  for (const { key, reason } of left)
    print.error(errorText({ message: `${keyText(key)}: ${reason}` }, print.noteLayout))
  if (left.length > 0) return EXIT.failed
  print.note(
    removed === 0 && !world
      ? 'demo: nothing was running'
      : `demo: stopped ${counted(removed, 'server')} and the simulated systems`,
  )
  return EXIT.ok
}

async function chatWith(context: Context, app: App, leaving: string | undefined): Promise<number> {
  const { talk } = await import('../chat/talk.ts')
  const customer = selectCustomer(app.project, 'nordwind')
  return talk(context, app, {
    customer,
    leaving,
    platform: 'demo',
    command: `${commandName()}${configWords()}`,
  })
}

/** Asked without a terminal: questions, with a switch of customer between them. */
const SCRIPT: [customer: string, question: string][] = [
  ['nordwind', 'Which alerts are firing right now?'],
  ['nordwind', 'How many callers are waiting in the queues?'],
  ['segura', 'Which alerts are firing right now?'],
]

async function playScript(context: Context, app: App): Promise<number> {
  for (const [name, question] of SCRIPT) {
    const customer = selectCustomer(app.project, name)
    if (context.print.mode === 'text') context.print.result(`\n${customerTitle(customer)} › ${question}\n`)
    const code = await askOnce(context, app, { customer, question, seconds: 60, platform: 'demo' })
    if (code !== EXIT.ok) return code
  }
  return EXIT.ok
}
