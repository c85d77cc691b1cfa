import { resolve } from 'node:path'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files.ts'
import { problemText } from '../../../config/document/problems.ts'
import type { Customer } from '../../../config/project.ts'
import { selectCustomers } from '../../../config/select.ts'
import { composePath, wantedCompose, writeCompose } from '../../../stack/compose-file.ts'
import { type Run, textOption } from '../../context.ts'
import { errorText } from '../../error-text.ts'

export const run: Run = async ({ print, open }, _args, options) => {
  const { project } = await open()
  const output = textOption(options, 'output')
  const names = Array.isArray(options.customer) ? options.customer : []
  if (names.length > 0 && output === undefined && options.stdout !== true)
    throw new SupportError('usage', '--customer: would drop the other customers from the compose file', {
      hint: 'add --stdout or --output FILE',
    })
  // It would print the file and exit 0, whatever is on the disk.
  if (options.check === true && options.stdout === true)
    throw new SupportError('usage', '--check cannot be combined with --stdout', {
      hint: 'choose one of them',
    })
  if (print.mode === 'json' && options.stdout === true)
    throw new SupportError('usage', '--stdout cannot be combined with --json')
  const path = output === undefined ? composePath(project) : resolve(output)
  const only = names.length > 0 ? selectCustomers(project, names) : undefined
  refuseLoopback(only ?? project.customers)
  const { text } = wantedCompose(project, { path, only })
  if (options.stdout === true) print.result(text.trimEnd())
  else if (options.check === true) {
    const there = readIfThere(path)
    if (there === text) return EXIT.ok
    const message = `${path}: ${there === undefined ? 'missing' : 'out of date'}`
    print.error(errorText({ message, hint: 'run `supportmax compose generate`' }, print.noteLayout))
    return EXIT.failed
  } else {
    const wrote = writeCompose(path, text)
    if (print.mode === 'json') print.json({ file: path, changed: wrote })
    else print.result(`${path}: ${wrote ? 'written' : 'unchanged'}`)
  }
  return EXIT.ok
}

/** A compose file is for Docker, whatever the runtime of this machine. */
function refuseLoopback(customers: readonly Customer[]): void {
  const found = customers.flatMap(one => one.servers.flatMap(server => server.loopback))
  const [first] = found
  if (first)
    throw new SupportError('usage', found.map(one => problemText({ ...one, hint: undefined })).join('\n'), {
      hint: first.hint,
    })
}
