// Finds the kind of a server that has no type of the catalogue.

import { isRunner } from '../../../../packages/runner.ts'
import type { Path } from '../../../document/problems.ts'
import type { ServerInput } from '../../../document/schema/document.ts'
import type { ResolveContext } from '../../context.ts'
import { COMMAND } from './command.ts'
import { isDockerRun } from './image/docker-run.ts'
import { IMAGE } from './image/image.ts'
import type { ServerKind } from './kind.ts'
import { PACKAGE } from './package.ts'
import { REMOTE } from './remote.ts'

/** The kinds, by the key that a server of that kind has. */
const KINDS = { url: REMOTE, command: COMMAND, package: PACKAGE, image: IMAGE } satisfies Partial<
  Record<keyof ServerInput, ServerKind>
>

type KindKey = keyof typeof KINDS

const KEYS = Object.keys(KINDS) as KindKey[]

/** All keys that only some kinds have. */
const SPECIAL = [...new Set(KEYS.flatMap(key => KINDS[key].keys))]

/** The kind of a server; undefined for one with a type, and, with an error, for one that is not complete. */
export function kindOf(context: ResolveContext, input: ServerInput, at: Path): ServerKind | undefined {
  const { reporter, catalog } = context
  const [key, second] = KEYS.filter(one => input[one] !== undefined && !(one === 'url' && input.type))
  if (input.type !== undefined) {
    if (key) reporter.error([...at, key], 'conflicts with "type"', 'remove one of them')
    else reportStrangeKeys(context, input, at, undefined)
    return undefined
  }
  const types = [...catalog.keys()].join(', ')
  if (key === undefined) {
    reporter.error(
      at,
      'has no "type", "url", "command", "package" or "image"',
      `add a "type" (${types}), the "url" of a remote server, the "command" or "package" of a stdio server, or a container "image"`,
    )
    return undefined
  }
  if (second) reporter.error([...at, second], `conflicts with "${key}"`, 'remove one of them')
  else reportStrangeKeys(context, input, at, kindKey(input, key))
  if (input.name === undefined)
    reporter.error(at, 'has no "name"', 'add "name": a server without a "type" needs one')
  const kind: ServerKind = KINDS[kindKey(input, key)]
  if (input.managed !== undefined && input.managed !== (kind.programOf !== undefined))
    reporter.error([...at, 'managed'], 'contradicts the rest of the server', 'remove it')
  if (input.config === undefined) return kind
  reporter.error([...at, 'config'], 'needs a "type", which says what its keys mean', `add "type" (${types})`)
  return undefined
}

const TYPED = { keys: [], transports: REMOTE.transports }

/** `npx …` is the package that it names, and `docker run …` the image. */
function kindKey({ command = '', args }: ServerInput, key: KindKey): KindKey {
  if (key !== 'command') return key
  return isRunner(command, args) ? 'package' : isDockerRun(command, args) ? 'image' : key
}

/** Reports keys that only servers of another kind can have. */
function reportStrangeKeys(
  { reporter }: ResolveContext,
  input: ServerInput,
  at: Path,
  kind: KindKey | undefined,
): void {
  const { keys, transports }: Pick<ServerKind, 'keys' | 'transports'> = kind ? KINDS[kind] : TYPED
  const own: readonly string[] = keys
  const { transport } = input
  if (transport !== undefined && !transports.includes(transport))
    reporter.error(
      [...at, 'transport'],
      `${JSON.stringify(transport)} cannot be used with ${withArticle(kind ?? 'type')}`,
      `use ${transports.map(one => `"${one}"`).join(' or ')}, or remove it`,
    )
  for (const key of SPECIAL)
    if (input[key] !== undefined && !own.includes(key))
      reporter.error([...at, key], strangeText(input, key, kind), 'remove it')
}

function strangeText({ command }: ServerInput, key: keyof ServerInput, kind: KindKey | undefined): string {
  if (kind === 'package' && command !== undefined)
    return `cannot be used with ${command}, which is read as the package that it names`
  return `is only for a server with ${ownersOf(key)}`
}

/** `a "command"`, or `a "package" or an "image"`. */
function ownersOf(key: keyof ServerInput): string {
  const names = KEYS.filter(one => (KINDS[one].keys as readonly string[]).includes(key))
  return names.map(withArticle).join(' or ')
}

function withArticle(key: string): string {
  return `${/^[aeiou]/.test(key) ? 'an' : 'a'} "${key}"`
}
