import { SupportError } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/text/words.ts'
import type { Customer } from '../../../config/project.ts'
import { type Options, textOption } from '../../context.ts'

/** Whether --only names this tool, or its whole server (default: all). Throws `usage` for an unknown server. */
export function scopeOf({ servers }: Customer, options: Options): (server: string, tool: string) => boolean {
  const words = textOption(options, 'only')
    ?.split(',')
    .map(one => one.trim())
  if (!words) return () => true
  const known = servers.map(one => one.name)
  for (const word of words) {
    const [server = ''] = word.split('/', 1)
    if (!known.includes(server))
      throw new SupportError(
        'usage',
        `--only: no server ${JSON.stringify(server)}${didYouMean(server, known)}`,
        {
          hint: `use names such as ${known[0] ?? 'server'}, or ${known[0] ?? 'server'}/tool`,
        },
      )
  }
  return (server, tool) => words.includes(server) || words.includes(`${server}/${tool}`)
}
