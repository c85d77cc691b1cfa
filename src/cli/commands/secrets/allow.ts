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
import type { Printer } from '../../print/printer.ts'

export const run: Run = async ({ print, open, signal }, words, options) => {
  const { project, stack, credentials } = await open()
  const asked = askedFor(project, words, options)
  await credentials.load(
    asked.map(one => one.name),
    signal,
  )
  const { bindings } = stack.state
  const changes = asked.map(one => ({ ...one, ...changeOf(bindings, one) }))
  const wanted = changes.filter(one => one.added.length > 0)
  const isYes = options.yes === true
  const isJson = print.mode === 'json'
  if (isJson)
    for (const { name, belongs, added } of words.length > 0 ? changes : wanted)
      print.json({ name, belongs, added })
  else if (wanted.length === 0) print.note(nothingText(asked, words, options))
  else for (const one of wanted) showChange(print, one)
  if (wanted.length === 0 || (isJson && !isYes)) return EXIT.ok
  if (!isYes && !process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was allowed: there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --yes',
    })
  const question = wanted.length === 1 ? 'Allow it?' : `Allow all ${wanted.length}?`
  if (!isYes && !(await askYesNo(question, signal))) throw new SupportError('refused', 'nothing was allowed')
  for (const { consumer, name } of wanted) bindings.allow(consumer, name)
  print.note(explainedText({ message: 'allowed' }, print.noteLayout))
  return EXIT.ok
}

/** A credential, and who is to get it. */
interface Asked {
  consumer: Consumer
  name: string
}

/** What the words name, or with --customer all credentials of its servers. */
function askedFor(project: Project, [name, ...who]: readonly string[], options: Options): Asked[] {
  const customer = textOption(options, 'customer')
  if ((name === undefined) === (customer === undefined))
    throw new SupportError('usage', 'name either a credential or --customer', {
      hint: 'run `supportmax secrets allow --help`',
    })
  if (customer !== undefined)
    return selectCustomer(project, customer).servers.flatMap(server =>
      [...new Set(namesOf({ server }))].map(one => ({ consumer: { server }, name: one })),
    )
  const consumer = consumerOf(project, who, options)
  const names = [...new Set(namesOf(consumer))]
  if (name !== undefined && names.includes(name)) return [{ consumer, name }]
  throw new SupportError('usage', `${titleOf(consumer)} does not use ${visible(name ?? '').slice(0, 60)}`, {
    hint: names.length > 0 ? `use one of: ${names.join(', ')}` : 'it needs no credential',
  })
}

function nothingText([first]: readonly Asked[], [name]: readonly string[], options: Options): string {
  return name === undefined || first === undefined
    ? `nothing to allow: no credential of ${textOption(options, 'customer')} is refused`
    : `nothing to allow: ${titleOf(first.consumer)} may use ${name}`
}

/** Where a credential may go now, and where it could go, too. */
interface Change {
  name: string
  belongs: string[]
  added: string[]
}

function showChange(print: Printer, { name, belongs, added }: Change): void {
  for (const [what, places] of [
    ['belongs to', belongs],
    ['would also be sent to', added],
  ] as const)
    for (const place of places)
      print.note(explainedText({ message: `${name} ${what} ${visible(place)}` }, print.noteLayout))
}

function changeOf(bindings: Bindings, { consumer, name }: Asked): Omit<Change, 'name'> {
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
