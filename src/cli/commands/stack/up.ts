import { EXIT, SupportError } from '../../../base/errors.ts'
import { customerTitle, type Server } from '../../../config/project.ts'
import { selectCustomers } from '../../../config/select.ts'
import { up } from '../../../stack/up/up.ts'
import type { Run } from '../../context.ts'
import { runtimeOption, secondsOption, typesOption } from '../../options.ts'
import { createProgress } from '../../progress.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const wanted = runtimeOption(options)
  const { project, stack } = await open(wanted)
  const customers = selectCustomers(project, names)
  if (names.length > 0) print.note(customers.map(customerTitle).join(', '))
  const types = typesOption(options)
  const only = types && ((server: Server) => types.includes(server.type))
  const count = customers.flatMap(one => one.servers).filter(only ?? (() => true)).length
  if (count === 0 && (names.length > 0 || types))
    throw new SupportError(
      'usage',
      `no server to start: ${names.length > 0 ? customers.map(one => one.name).join(', ') : 'no customer'} has ${names.length > 0 ? 'none' : 'one'}${types ? ` of type ${types.join(' or ')}` : ''}`,
      {
        hint: 'run `supportmax customers` to see which servers each one has',
      },
    )
  const progress = createProgress({ print, project, stream: process.stderr })
  const dry = options.dryRun === true
  const result = await up(stack, {
    customers,
    only,
    scope: names.length === 0 && !types ? 'all' : 'part',
    runtime: wanted,
    mode: dry ? 'plan-only' : 'apply',
    until: options.wait === false ? 'started' : 'ready',
    refresh: options.pull === true,
    timeoutMs: (secondsOption(options, 'timeout') ?? project.start.upMs / 1_000) * 1_000,
    command: 'up',
    emit: progress.emit,
    signal,
  }).finally(progress.end)
  if (dry) return EXIT.ok
  if (options.wait === false) print.note(`${result.total - result.failed} of ${result.total} started`)
  else print.note(`${result.ready} of ${result.total} ready`)
  if (result.failed === 0) return EXIT.ok
  return result.failed === result.late ? EXIT.deadline : EXIT.failed
}
