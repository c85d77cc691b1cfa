import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shellWord } from './text/shell-word.ts'

let found: string | undefined

/** The folder supportmax is installed in (with templates/ and dist/), whether it runs from source or from dist. */
export function packageRoot(): string {
  if (found) return found
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'templates', 'mcp-types'))) {
      found = folder
      return folder
    }
    if (folder === dirname(folder)) throw new Error('the templates folder of supportmax is missing')
  }
}

/** The version in supportmax's own package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string })
    .version
}

/** The folder in which the command was typed; undefined if it has been deleted since. */
export function currentFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

/** The path as a person types it here: relative for what is below the folder in which the command was typed. */
export function shownPath(path: string, folder = currentFolder()): string {
  const short = folder === undefined ? path : relative(folder, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}

/**
 * The command that runs this supportmax from `folder`: `supportmax` if it is installed, or was run through the link
 * that `npm link` makes; otherwise the path of the checkout's bin file, which finds the checkout's Node.
 *
 * @param program path of the script that this process runs
 */
export function commandName(
  folder = currentFolder(),
  root = packageRoot(),
  program = process.argv[1] ?? '',
): string {
  if (!existsSync(join(root, 'src')) || basename(program) === 'supportmax') return 'supportmax'
  const bin = join(root, 'bin', 'supportmax.js')
  if (folder === undefined || relative(root, folder).startsWith('..')) return shellWord(bin)
  const path = relative(folder, bin)
  return shellWord(path.startsWith('..') ? path : `./${path}`)
}

/**
 * Rewrites commands in backticks for this folder: `supportmax up` becomes `./bin/supportmax.js up` in a checkout.
 * `command` can end with `--config FILE`, which is left out of a command that names its own.
 */
export function asTyped(text: string, command = commandName()): string {
  const [withoutConfig = command] = command.split(' --config ', 1)
  return text.replace(/`supportmax(?=( --config )?)(?=[ `])/g, (_, own?: string) => {
    return `\`${own ? withoutConfig : command}`
  })
}
