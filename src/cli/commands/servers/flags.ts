import { SupportError } from '../../../base/errors.ts'
import { currentFolder } from '../../../base/package-root.ts'
import { didYouMean } from '../../../base/text/words.ts'
import type { ForeignServer } from '../../../config/import/foreign.ts'
import { withPaths } from '../../../config/import/places.ts'
import type { Translated } from '../../../config/import/translate.ts'
import { type Options, textOption } from '../../context.ts'

const KINDS = ['type', 'url', 'package', 'image'] as const
type Kind = (typeof KINDS)[number] | 'command'

const SIGN_IN = { oauth: { grant: 'authorization_code' } }

/** A server as the flags of `server add` describe it. */
interface FlaggedServer {
  name: string
  /** As it is written into the file, with its secrets taken out by `translated`. */
  write(translated: (foreign: ForeignServer) => Translated): Translated
}

/**
 * Reads the flags. `words`: what follows the customer's name: the server's name, and the words after `--`. `types`: those that
 * can be used.
 */
export function serverOfFlags(
  [given, ...words]: readonly string[],
  options: Options,
  types: readonly string[],
): FlaggedServer {
  const text = (key: string) => textOption(options, key)
  const kind = kindOfFlags(options, words)
  const type = text('type')
  if (type !== undefined) checkType(type, types)
  const name = given ?? type
  if (name === undefined)
    throw new SupportError('usage', 'the name of the server is missing', {
      hint: `add it after the customer: \`supportmax server add CUSTOMER NAME --${kind} …\``,
    })
  if (kind === 'type' || kind === 'url') refuseWords(words, kind)
  if (options.signIn === true && kind !== 'url')
    throw new SupportError('usage', '--sign-in needs --url', {
      hint: 'add the address of the server, or remove --sign-in',
    })
  const config = pairsOf(options, 'set', '=')
  const own = {
    ...(type !== undefined && { type }),
    ...(text('bin') !== undefined && { bin: text('bin') }),
    ...(text('containerPort') !== undefined && { container_port: portOf(text('containerPort') ?? '') }),
    ...(text('path') !== undefined && { path: text('path') }),
    ...(Array.isArray(options.volume) && { volumes: options.volume }),
    ...(Object.keys(config).length > 0 && { config }),
    ...(options.signIn === true && { auth: SIGN_IN }),
    ...(options.trustHints === true && { trust_hints: true }),
  }
  if (kind === 'type') {
    const server = { ...own, ...(name === type ? {} : { name }) }
    return { name, write: () => ({ from: name, server, notes: [] }) }
  }
  const foreign = foreignOf(name, kind, words, options)
  return {
    name,
    write(translated) {
      const folder = currentFolder()
      const command = folder === undefined ? foreign.command : withPaths(foreign, folder)
      const { server, ...rest } = translated({ ...foreign, command })
      return { ...rest, server: server && { ...server, ...own } }
    },
  }
}

function foreignOf(name: string, kind: Kind, words: readonly string[], options: Options): ForeignServer {
  const text = (key: string) => textOption(options, key)
  const transport = text('transport')
  const first = kind === 'package' || kind === 'image' ? [text(kind) ?? ''] : []
  return {
    name,
    ...(kind === 'package' || kind === 'image' ? { kind } : {}),
    isHttp: text('containerPort') !== undefined,
    command: kind === 'url' ? [] : [...first, ...words],
    env: pairsOf(options, 'env', '='),
    cwd: text('cwd'),
    url: text('url'),
    headers: pairsOf(options, 'header', ':'),
    transport: transport === 'sse' || transport === 'streamable-http' ? transport : undefined,
    envFile: undefined,
    dropped: [],
  }
}

/** Exactly one thing says what the server is; an external server of a type has a type and a URL. */
function kindOfFlags(options: Options, words: readonly string[]): Kind {
  const kinds = KINDS.filter(key => textOption(options, key) !== undefined)
  const [kind] = kinds
  if (kinds.join() === 'type,url') return 'url'
  if (kind === undefined && words.length > 0) return 'command'
  if (kind === undefined)
    throw new SupportError('usage', 'the kind of server is missing', {
      hint: 'add --type TYPE, --url URL, --package NAME or --image REF, or -- and its command',
    })
  if (kinds.length > 1)
    throw new SupportError('usage', `--${kinds[0]} cannot be combined with --${kinds[1]}`, {
      hint: 'keep one of them',
    })
  return kind
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new SupportError('usage', `--container-port: must be a port, not "${text.slice(0, 40)}"`)
}

function checkType(type: string, known: readonly string[]): void {
  if (!known.includes(type))
    throw new SupportError(
      'usage',
      `--type: unknown type "${type.slice(0, 60)}"${didYouMean(type, [...known])}`,
      {
        hint: `use one of: ${known.join(', ')}`,
      },
    )
}

function refuseWords(words: readonly string[], kind: string): void {
  if (words.length === 0) return
  throw new SupportError('usage', `--${kind} takes no command, but got "${words.join(' ').slice(0, 60)}"`, {
    hint: 'remove the words, or remove the flag to add a command',
  })
}

/** `--env KEY=value`: a name without a value is a credential to fill in. */
export function pairsOf(options: Options, flag: string, mark: '=' | ':'): Record<string, string> {
  const found = options[flag]
  const pairs = Array.isArray(found) ? found : []
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf(mark)
      const key = (at < 0 ? pair : pair.slice(0, at)).trim()
      if (!/^[\w-]+$/.test(key))
        throw new SupportError('usage', `--${flag}: "${key.slice(0, 40)}" is not a name`, {
          hint: `write --${flag} NAME${mark === ':' ? ': ' : mark}VALUE`,
        })
      return [key, at < 0 ? `\${${key}}` : pair.slice(at + 1).trim()]
    }),
  )
}
