import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { McpType } from '../../../catalog/type.ts'
import type { FoundFile, FoundSystem } from './found.ts'

/** What a person chose. */
export interface Chosen {
  name: string
  environment: string | undefined
  systems: FoundSystem[]
  /** Types without a system that was found; their addresses, as far as they were typed. */
  types: { type: string; config: Record<string, string> }[]
  files: FoundFile[]
}

/** What the flags said already, so that it is not asked. */
export interface Known {
  name: string | undefined
  environment: string | undefined
  types: readonly string[] | undefined
  files: readonly FoundFile[] | undefined
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
    const name = known.name ?? (await input({ message: 'Name of the customer:', required: true }, context))
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
          { message: 'Servers (space selects, Enter continues):', choices: choicesOf(offer), loop: false },
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

  /** The settings that a type cannot do without. */
  async function askConfig({ title, config }: McpType): Promise<Record<string, string>> {
    const needed = Object.entries(config).filter(
      ([, one]) => one.required && one.kind !== 'credential' && !(known.hasHost && one.derive),
    )
    const typed: Record<string, string> = {}
    for (const [key, { description }] of needed)
      typed[key] = (await input({ message: `${title}: ${description}:`, required: true }, context)).trim()
    return typed
  }
}

interface Pick {
  system?: FoundSystem
  file?: FoundFile
  type?: McpType
}

function choicesOf({ systems, files, types }: Offer): { name: string; value: Pick; checked?: boolean }[] {
  const rest = types.filter(one => systems.every(system => system.type !== one.type))
  return [
    ...systems.map(system => ({
      name: `${system.title} at ${system.url} (answers)`,
      value: { system },
      checked: true,
    })),
    ...files.map(file => ({
      name: cleanLine(
        `${counted(file.servers.length, 'server')} of ${file.client}: ${file.servers.join(', ')} (${file.name})`,
        120,
      ),
      value: { file },
    })),
    ...rest.map(type => ({ name: `${type.title}: ${cleanLine(type.summary)}`, value: { type } })),
  ]
}

/** Inquirer's own errors for Ctrl+C and for a signal that was aborted. */
function isExit(error: unknown): boolean {
  return error instanceof Error && /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name)
}
