import { SupportError } from '../../../base/errors.ts'
import type { Customer, Project } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { secondsOption } from '../../options.ts'
import { askOnce, questionFromStdin } from './headless.ts'

export const run: Run = async (context, _args, options) => {
  const app = await context.open()
  const platform = { platform: textOption(options, 'platform'), model: textOption(options, 'model') }
  try {
    const customer = chosen(app.project, options)
    const prompt = textOption(options, 'prompt')
    if (prompt === undefined && process.stdin.isTTY && process.stdout.isTTY) {
      const { talk } = await import('./talk.ts')
      return await talk(context, app, { customer, ...platform })
    }
    const question = prompt ?? (await questionFromStdin(context.signal))
    const seconds = secondsOption(options, 'timeout')
    const isCritical = options.critical === true
    return await askOnce(context, app, { customer, question, seconds, isCritical, ...platform })
  } finally {
    await app.close()
  }
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
