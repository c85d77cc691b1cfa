import { EXIT, SupportError } from '../../../base/errors.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import type { Project } from '../../../config/project.ts'
import { selectCustomer, selectServer } from '../../../config/select.ts'
import { holderText } from '../../../secrets/bound/rules.ts'
import type { Bindings } from '../../../stack/state/bound/bindings.ts'
import { type Consumer, namesOf } from '../../../stack/state/bound/judge.ts'
import { askYesNo } from '../../ask.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'

export const run: Run = async ({ print, open, signal }, [name = '', ...who], options) => {
  const { project, stack, credentials } = await open()
  const consumer = consumerOf(project, who, options)
  const names = namesOf(consumer)
  if (!names.includes(name))
    throw new SupportError('usage', `${titleOf(consumer)} does not use ${visible(name).slice(0, 60)}`, {
      hint: names.length > 0 ? `use one of: ${[...new Set(names)].join(', ')}` : 'it needs no credential',
    })
  await credentials.load(names, signal)
  const { bindings } = stack.state
  const { belongs, added } = changeOf(bindings, consumer, name)
  const isYes = options.yes === true
  if (print.mode === 'json') print.json({ name, belongs, added })
  else if (added.length === 0) print.note(`nothing to allow: ${titleOf(consumer)} may use ${name}`)
  else
    for (const [what, places] of [
      ['belongs to', belongs],
      ['would also be sent to', added],
    ] as const)
      for (const place of places)
        print.note(explainedText({ message: `${name} ${what} ${visible(place)}` }, print.noteLayout))
  if (added.length === 0 || (print.mode === 'json' && !isYes)) return EXIT.ok
  if (!isYes && !process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was allowed: there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --yes',
    })
  if (!isYes && !(await askYesNo('Allow it?', signal)))
    throw new SupportError('refused', 'nothing was allowed')
  bindings.allow(consumer, name)
  print.note(explainedText({ message: 'allowed' }, print.noteLayout))
  return EXIT.ok
}

/** Where the credential may go now, and where it could go, too. */
function changeOf(
  bindings: Bindings,
  consumer: Consumer,
  name: string,
): { belongs: string[]; added: string[] } {
  const conflicts = bindings.conflictsOf(consumer, name).filter(one => one.holder)
  const bound = bindings.all().filter(one => one.name === name)
  const holders = conflicts.flatMap(one => one.holder ?? [])
  return {
    belongs: [...new Set([...bound, ...holders].map(holderText))],
    added: [...new Set(conflicts.map(one => holderText(one.wanted)))],
  }
}

function consumerOf(project: Project, [customer, server]: readonly string[], options: Options): Consumer {
  const wanted = textOption(options, 'platform')
  if ((wanted === undefined) !== (customer !== undefined && server !== undefined))
    throw new SupportError('usage', 'name either a customer and a server, or --platform', {
      hint: 'run `supportmax secrets allow --help`',
    })
  if (wanted === undefined)
    return { server: selectServer(selectCustomer(project, customer ?? ''), server ?? '') }
  const platform = project.platforms.find(one => one.name === wanted)
  if (platform) return { platform }
  throw new SupportError('usage', `no such platform "${visible(wanted).slice(0, 60)}"`, {
    hint: `use one of: ${project.platforms.map(one => one.name).join(', ')}`,
  })
}

function titleOf(consumer: Consumer): string {
  return 'server' in consumer
    ? `${consumer.server.customer}/${consumer.server.name}`
    : `platform ${consumer.platform.name}`
}
