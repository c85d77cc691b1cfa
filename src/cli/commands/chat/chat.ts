import type { App } from '../../../app.ts'
import { SupportError } from '../../../base/errors.ts'
import type { Customer } from '../../../config/project.ts'
import type { Recorder } from '../../../recordings/record.ts'
import { type Context, type Options, type Run, textOption } from '../../context.ts'
import { errorText, explainedText } from '../../error-text.ts'
import { customerOption, secondsOption } from '../../options.ts'

export const run: Run = async (context, [name], flags) => {
  const options = withCustomer(flags, name)
  const recording = textOption(options, 'replay')
  if (recording !== undefined) {
    refuseLiveOptions(options)
    const { replay } = await import('./replay.ts')
    return replay(context, recording)
  }
  const app = await context.open()
  const model = textOption(options, 'model')
  // Printed after the chat's screen has closed: a line in the middle of it would garble it.
  const recordingErrors: string[] = []
  try {
    const customer = customerOption(options, app.project, context.settings.customer)
    const platform = { platform: platformFor(context, app, { options, customer }), model }
    const record = textOption(options, 'record')
    const recorder =
      record === undefined ? undefined : await recorderTo(context, record, { customer, recordingErrors, app })
    const prompt = textOption(options, 'prompt')
    const resumed = options.resume === true || textOption(options, 'resume')
    if (prompt === undefined && process.stdin.isTTY && process.stdout.isTTY) {
      const { talk } = await import('./talk.ts')
      const isPlain = options.plain === true
      return await talk(context, app, {
        customer,
        recorder,
        resumed: resumed || undefined,
        isPlain,
        ...platform,
      })
    }
    if (resumed)
      throw new SupportError('usage', '--resume needs the chat on a terminal, without -p', {
        hint: `run \`supportmax transcript show\` to read a conversation`,
      })
    const { askOnce, questionFromStdin } = await import('./headless.ts')
    const question = prompt ?? (await questionFromStdin(context.signal))
    const seconds = secondsOption(options, 'timeout')
    const isCritical = options.critical === true
    return await askOnce(context, app, { customer, question, seconds, isCritical, recorder, ...platform })
  } finally {
    for (const text of recordingErrors) context.print.error(text)
    await app.close()
  }
}

/** The customer can be an argument, as in every other command, or a flag. */
function withCustomer(options: Options, name: string | undefined): Options {
  if (name === undefined) return options
  if (options.customer === undefined || options.customer === name) return { ...options, customer: name }
  throw new SupportError(
    'usage',
    `the customer is given twice: "${name}" and --customer ${options.customer}`,
    {
      hint: 'keep one of them; in the chat, /customer switches',
    },
  )
}

/** That of --platform, else the one that this person prefers, if it may be used and no order is written. */
function platformFor(
  { settings }: Context,
  { project }: App,
  { options, customer }: { options: Options; customer: Customer },
): string | undefined {
  const typed = textOption(options, 'platform')
  if (typed !== undefined || settings.platform === undefined) return typed
  const { routing, platformsAllowed } = customer
  const isOrdered =
    project.routing.order.length > 0 || routing.order !== undefined || routing.strategy !== undefined
  const isUsable =
    project.platforms.some(one => one.name === settings.platform) &&
    (platformsAllowed?.includes(settings.platform) ?? true)
  return isUsable && !isOrdered && textOption(options, 'model') === undefined ? settings.platform : undefined
}

const LIVE_OPTIONS = ['prompt', 'customer', 'platform', 'model', 'critical', 'record', 'timeout', 'resume']

/** A recording holds its own questions, customer and platforms. */
function refuseLiveOptions(options: Options): void {
  const live = LIVE_OPTIONS.find(name => options[name] !== undefined)
  if (live === undefined) return
  const named: Record<string, string> = { prompt: '-p', customer: 'a customer' }
  throw new SupportError('usage', `${named[live] ?? `--${live}`} cannot be combined with --replay`, {
    hint: 'run `supportmax chat --replay FILE` alone: a recording is played as it was made',
  })
}

async function recorderTo(
  { print }: Context,
  file: string,
  { customer, recordingErrors, app }: { customer: Customer; recordingErrors: string[]; app: App },
): Promise<Recorder> {
  // A recording is for other people, so secrets that this run does not use are hidden in it, too.
  app.credentials.hideAll()
  const { openRecorder } = await import('../../../recordings/record.ts')
  const recorder = openRecorder(file, customer, reason =>
    recordingErrors.push(
      errorText(
        { message: `--record ${file}: ${reason}; the rest of this chat was not recorded` },
        print.noteLayout,
      ),
    ),
  )
  const message = `recording to ${file}: secrets are hidden, but not the data of ${customer.name}; review the file before you share it`
  print.note(explainedText({ message }, print.noteLayout))
  return recorder
}
