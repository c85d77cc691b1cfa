import { resolve } from 'node:path'
import { SupportError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { parseDocument } from '../../../config/document/parse.ts'
import { changeOf, refuseNewErrors, refuseOlder } from '../../../config/edit/changes.ts'
import { customerAt, withCustomer } from '../../../config/edit/document.ts'
import { schemaBeside } from '../../../config/edit/schema-file.ts'
import { readEnvironment } from '../../../config/env.ts'
import { interpretProject } from '../../../config/load.ts'
import type { Project } from '../../../config/project.ts'
import { slug } from '../../../config/resolve/identity.ts'
import { keptFolderOf } from '../../../stack/state/folder.ts'
import { type Run, textOption } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { putKeptAside } from '../../edits/kept.ts'

export const run: Run = async (context, [name = ''], options) => {
  const { config } = context
  refuseOlder(config)
  const text = (key: string) => textOption(options, key)
  const customer = {
    name,
    ...(text('id') !== undefined && { id: text('id') }),
    ...(text('host') !== undefined && { host: text('host') }),
    ...(text('environment') !== undefined && { environment: text('environment') }),
    ...(text('access') !== undefined && { access: text('access') }),
    mcp_servers: [],
  }
  const change = changeOf(resolve(config), before => withCustomer(before, customer))
  if (customerAt(parseDocument(config, change.before ?? '').value, text('id') ?? name) >= 0)
    throw new SupportError('usage', `${config}: there is already a customer "${text('id') ?? name}"`, {
      hint: 'use another name, or add --id ID',
    })
  refuseTakenId(text('id') ?? slug(name), interpretProject(config, change.before ?? '{}').project)
  refuseNewErrors(config, { ...change, hint: 'correct the flags; nothing was written' })
  const { project } = interpretProject(config, change.after)
  const id = project?.customers.at(-1)?.id ?? slug(text('id') ?? name)
  const isNew = change.before === undefined
  const hint = `run \`supportmax server add ${shellWord(id)} …\`, or \`supportmax import FILE --customer ${shellWord(id)}\``
  const code = applyEdit(context, options, {
    changes: [...(isNew ? [schemaBeside(change.file)] : []), change],
    shown: change,
    done: { message: `${config}: added ${name} (${id})`, hint },
    json: { customer: id },
  })
  if (options.dryRun === true) return code
  // Of an earlier customer of this id, such as one that was renamed while a chat was open, or removed by hand.
  const folder = keptFolderOf(change.file, readEnvironment().stateHome, project?.name)
  if (folder !== undefined)
    putKeptAside(context, folder, id, 'conversations of an earlier customer of this id')
  return code
}

/** With a hint about the flags: the file's own one is about keys that nobody has typed. */
function refuseTakenId(id: string, project: Project | undefined): void {
  const namesake = project?.customers.find(one => one.id === id)
  if (!namesake) return
  throw new SupportError('usage', `${namesake.name} has the id "${id}" already`, {
    hint: 'add --id ID, or use another name',
  })
}
