import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { McpType } from '../../../catalog/type.ts'
import { slug } from '../../../config/resolve/identity.ts'
import type { FoundFile, FoundSystem } from './found.ts'

/** What a person chose. */
export interface Chosen {
  name: string
  environment: string | undefined
  systems: FoundSystem[]
  /** Types for which no system was found, with the addresses that were typed. */
  types: { type: string; config: Record<string, string> }[]
  files: FoundFile[]
}

/** What the flags said already, so that it is not asked. */
export interface Known {
  name: string | undefined
  environment: string | undefined
  types: readonly string[] | undefined
  files: readonly FoundFile[] | undefined
  /** So the name need not have a letter to derive one from. */
  hasId: boolean
  /** Addresses can be derived from a host. */
  hasHost: boolean
}

interface Offer {
  systems: readonly FoundSystem[]
  files: readonly FoundFile[]
  types: readonly McpType[]
}

/** Asks on stderr for what the flags left open. Throws `interrupted` on Ctrl+C; nothing has been written then. */
export async function askInit(known: Known, offer: Offer, signal: AbortSignal): Promise<Chosen> {
  const { checkbox, input, select } = await import('@inquirer/prompts')
  const context = { signal, output: process.stderr }
  try {
    const name =
      known.name ??
      (await input(
        { message: 'Name of the customer:', required: true, ...(!known.hasId && { validate: nameFault }) },
        context,
      ))
    const environment =
      known.environment ??
      (await select(
        {
          message: 'Environment:',
          choices: [{ name: 'none', value: '' }, { value: 'prod' }, { value: 'staging' }, { value: 'test' }],
        },
        context,
      ))
    const isAsked = known.types === undefined && known.files === undefined
    const picked = isAsked
      ? await checkbox(
          {
            message: 'Servers (space selects, Enter continues):',
            choices: choicesOf(offer),
            loop: false,
            pageSize: 15,
          },
          context,
        )
      : []
    const types: Chosen['types'] = []
    for (const { type } of picked) if (type) types.push({ type: type.type, config: await askConfig(type) })
    return {
      name,
      environment: environment === '' ? undefined : environment,
      systems: picked.flatMap(one => one.system ?? []),
      types,
      files: [...(known.files ?? []), ...picked.flatMap(one => one.file ?? [])],
    }
  } catch (error) {
    throw isExit(error) ? new SupportError('interrupted', 'interrupted; nothing was written') : error
  }

  /** The required settings of a type. */
  async function askConfig({ title, config }: McpType): Promise<Record<string, string>> {
    const needed = Object.entries(config).filter(
      ([, one]) => one.required && one.kind !== 'credential' && !(known.hasHost && one.derive),
    )
    const typed: Record<string, string> = {}
    for (const [key, { description, kind }] of needed) {
      const validate = kind === 'url' ? urlFault : undefined
      const message = `${title}: ${description}:`
      typed[key] = (await input({ message, required: true, ...(validate && { validate }) }, context)).trim()
    }
    return typed
  }
}

interface Choice {
  name: string
  short: string
  value: Pick
  checked?: boolean
}

interface Pick {
  system?: FoundSystem
  file?: FoundFile
  type?: McpType
}

/** What is wrong with a customer's name, or true. Here the person can correct it. */
function nameFault(name: string): string | true {
  return slug(name) === '' ? 'The name needs a letter or a digit, for its id' : true
}

function urlFault(text: string): string | true {
  const { protocol } = URL.canParse(text.trim()) ? new URL(text.trim()) : {}
  return protocol === 'http:' || protocol === 'https:'
    ? true
    : 'Type a URL that begins with http:// or https://'
}

/** In columns, beside the marks: a longer line would be broken in a terminal of 80. */
const WIDEST = 75

/** `short`: as it is shown once it has been chosen. */
function choicesOf({ systems, files, types }: Offer): Choice[] {
  const rest = types.filter(one => systems.every(system => system.type !== one.type))
  return [
    ...systems.map(system => ({
      name: `${system.title} at ${system.url} (answers)`,
      short: system.title,
      value: { system },
      checked: true,
    })),
    ...files.map(file => ({
      name: cleanLine(
        `${counted(file.servers.length, 'server')} of ${file.client}: ${file.servers.join(', ')} (${file.name})`,
        WIDEST,
      ),
      short: file.name,
      value: { file },
    })),
    ...rest.map(type => ({
      name: cleanLine(`${type.title}: ${type.summary}`, WIDEST),
      short: type.title,
      value: { type },
    })),
  ]
}

/** Inquirer's own errors for Ctrl+C and for a signal that was aborted. */
function isExit(error: unknown): boolean {
  return error instanceof Error && /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name)
}
