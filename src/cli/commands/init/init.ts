import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { firstOf } from '../../../base/text/words.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { differenceText, writeChanges } from '../../../config/edit/changes.ts'
import { readEnvironment } from '../../../config/env.ts'
import { LARGEST_FOREIGN, readForeignText } from '../../../config/import/import.ts'
import { usualPlaces } from '../../../config/import/places.ts'
import { type InitPlan, planInit, refuseExisting } from '../../../config/init/plan.ts'
import { askYesNo } from '../../ask.ts'
import { type Context, type Options, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { runtimeOption, typesOption } from '../../options.ts'
import type { Printer } from '../../print/printer.ts'
import { pairsOf } from '../servers/flags.ts'
import type { Chosen, Known } from './ask.ts'
import { type FoundFile, findFiles, findSystems } from './found.ts'

export const run: Run = async (context, _args, options) => {
  const { config, print, signal } = context
  refuseExisting(config, existsSync)
  const isAsking = options.yes !== true && process.stdin.isTTY && process.stderr.isTTY
  const known = knownFrom(options, config)
  const chosen = isAsking ? await ask(context, known) : fromFlags(known)
  const text = (key: string) => textOption(options, key)
  const settings = pairsOf(options, 'set', '=')
  // A system on this machine: a container would take 127.0.0.1 for itself.
  const runtime = runtimeOption(options) ?? (chosen.systems.length > 0 ? 'local' : undefined)
  const plan = planInit({
    config,
    customer: {
      name: chosen.name,
      id: text('id'),
      host: text('host'),
      environment: chosen.environment,
      access: text('access'),
    },
    servers: [
      ...chosen.systems.map(({ type, url }) => ({ type, config: { [`${type}_url`]: url } })),
      ...chosen.types.map(({ type, config: set }) =>
        serverOf(type, { ...set, ...ownSettings(config, type, settings) }),
      ),
    ],
    files: chosen.files,
    runtime,
  })
  if (print.mode === 'json') print.json(planJson(plan, chosen.name))
  else if (options.dryRun === true)
    print.result(
      clean(
        plan.changes
          .filter(one => one !== plan.schema && one !== plan.credentials)
          .map(differenceText)
          .join('\n'),
      ),
    )
  else printPlan(print, plan)
  if (options.dryRun === true) return EXIT.ok
  if (isAsking && !(await askYesNo('Write these files?', signal)))
    throw new SupportError('refused', 'nothing was written')
  writeChanges(plan.changes)
  print.note(explainedText({ message: 'written', hint: nextText(plan) }, print.noteLayout))
  return EXIT.ok
}

function knownFrom(options: Options, config: string): Known {
  const paths = Array.isArray(options.import) ? options.import : undefined
  return {
    name: textOption(options, 'customer'),
    environment: textOption(options, 'environment'),
    types: typesOption(options, config),
    files: paths?.map(readNamedFile),
    hasId: textOption(options, 'id') !== undefined,
    hasHost: textOption(options, 'host') !== undefined,
  }
}

function readNamedFile(path: string): FoundFile {
  const text = readIfThere(path, LARGEST_FOREIGN)
  if (text === undefined) throw new SupportError('usage', `${path}: file not found`)
  const file = { name: path, text, folder: dirname(resolve(path)) }
  const { clients, servers } = readForeignText(file)
  return { ...file, client: clients, servers: servers.map(one => one.name) }
}

async function ask({ config, print, signal }: Context, known: Known): Promise<Chosen> {
  const { variables } = readEnvironment()
  const folder = dirname(resolve(config))
  const places = usualPlaces(folder, variables.HOME ?? '/', variables.XDG_CONFIG_HOME)
  const [{ askInit }, systems] = await Promise.all([import('./ask.ts'), findSystems(signal)])
  const types = [...loadCatalog(config).values()]
  const message = `will create ${basename(config)} in ${folder}, after showing it to you`
  print.note(explainedText({ message }, print.noteLayout))
  const chosen = await askInit(known, { systems, files: findFiles(places, folder), types }, signal)
  return known.types ? { ...chosen, types: known.types.map(type => ({ type, config: {} })) } : chosen
}

function fromFlags({ name, environment, types = [], files = [] }: Known): Chosen {
  if (name === undefined)
    throw new SupportError('usage', '--customer is missing, and there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --customer NAME and --type TYPE or --import FILE',
    })
  return {
    name,
    environment,
    systems: [],
    types: types.map(type => ({ type, config: {} })),
    files: [...files],
  }
}

function serverOf(type: string, config: Record<string, string>): Record<string, unknown> {
  return Object.keys(config).length > 0 ? { type, config } : { type }
}

/** Those of `--set KEY=VALUE` that belong to a type. */
function ownSettings(config: string, type: string, settings: Record<string, string>): Record<string, string> {
  const known = loadCatalog(config).get(type)?.config ?? {}
  const keys = new Set(Object.entries(known).flatMap(([key, { aliases }]) => [key, ...aliases]))
  return Object.fromEntries(Object.entries(settings).filter(([key]) => keys.has(key)))
}

function printPlan(print: Printer, { changes, config, servers, found, missing }: InitPlan): void {
  const say = (message: string) => print.note(explainedText({ message }, print.noteLayout))
  for (const { file } of changes) print.note(`will write ${file}`)
  print.note(clean(config.after.trimEnd()))
  for (const { from, notes } of servers)
    for (const note of notes) print.note(`  ${clean(from)}: ${clean(note)}`)
  if (found.length > 0) say(`secrets found: ${firstOf(found)}`)
  if (missing.length > 0) say(`credentials to fill in: ${firstOf(missing)}`)
}

function nextText({ servers, missing, credentials, config }: InitPlan): string {
  const fill = missing.length > 0 ? `put values for ${firstOf(missing)} into ${credentials.file}; ` : ''
  if (servers.length === 0) return 'run `supportmax server add`, or `supportmax import FILE`, to add servers'
  const trust = /"(command|package|image)":/.test(config.after) ? 'run `supportmax trust`, then ' : 'run '
  return `${fill}${trust}\`supportmax up\``
}

/** Without values of credentials. */
function planJson({ changes, servers, found, missing }: InitPlan, customer: string) {
  return {
    customer,
    files: changes.map(one => one.file),
    servers: servers.map(({ from, server, notes }) => ({ from, server: server ?? null, notes })),
    credentials: { found, missing },
  }
}
