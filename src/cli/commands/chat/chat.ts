import { SupportError } from '../../../base/errors.ts'
import type { Customer, Project } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Recorder } from '../../../recordings/record.ts'
import { type Context, type Options, type Run, textOption } from '../../context.ts'
import { secondsOption } from '../../options.ts'
import { askOnce, questionFromStdin } from './headless.ts'

export const run: Run = async (context, _args, options) => {
  const recording = textOption(options, 'replay')
  if (recording !== undefined) {
    refuseBeside(options)
    const { replay } = await import('./replay.ts')
    return replay(context, recording)
  }
  const app = await context.open()
  const platform = { platform: textOption(options, 'platform'), model: textOption(options, 'model') }
  // Told when the screen is gone: a line in its midst would garble it.
  const cuts: string[] = []
  try {
    const customer = chosen(app.project, options)
    const record = textOption(options, 'record')
    const recorder = record === undefined ? undefined : await recorderTo(context, record, { customer, cuts })
    const prompt = textOption(options, 'prompt')
    if (prompt === undefined && process.stdin.isTTY && process.stdout.isTTY) {
      const { talk } = await import('./talk.ts')
      return await talk(context, app, { customer, recorder, ...platform })
    }
    const question = prompt ?? (await questionFromStdin(context.signal))
    const seconds = secondsOption(options, 'timeout')
    const isCritical = options.critical === true
    return await askOnce(context, app, { customer, question, seconds, isCritical, recorder, ...platform })
  } finally {
    for (const cut of cuts) context.print.error(cut)
    await app.close()
  }
}

const LIVE = ['prompt', 'customer', 'platform', 'model', 'critical', 'record', 'timeout']

/** A recording holds its questions, and whom they were asked. */
function refuseBeside(options: Options): void {
  const wrong = LIVE.find(name => options[name] !== undefined)
  if (wrong === undefined) return
  throw new SupportError(
    'usage',
    `${wrong === 'prompt' ? '-p' : `--${wrong}`}: has no place beside --replay`,
    {
      hint: 'a recording is played as it was made: chat --replay FILE',
    },
  )
}

async function recorderTo(
  { print }: Context,
  file: string,
  { customer, cuts }: { customer: Customer; cuts: string[] },
): Promise<Recorder> {
  const { openRecorder } = await import('../../../recordings/record.ts')
  const recorder = openRecorder(file, customer, reason =>
    cuts.push(`supportmax: --record ${file}: ${reason}: what came from there on is not in it`),
  )
  print.note(
    `recording into ${file}: secrets are hidden, what the systems of ${customer.name} say is not; look at it before you send it`,
  )
  return recorder
}

function chosen(project: Project, options: Options): Customer {
  const name = textOption(options, 'customer') ?? project.defaultCustomer
  if (name !== undefined) return selectCustomer(project, name)
  const [only, ...others] = project.customers
  if (only && others.length === 0) return only
  throw new SupportError('usage', 'which customer?', {
    hint: `add --customer NAME (or "default" to ${project.file}): ${project.customers.map(one => one.id).join(', ') || 'it has none yet'}`,
  })
}
