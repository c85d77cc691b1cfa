import { columnsOf, cut, padded } from '../../../base/text/columns.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import type { Layout } from '../../print/printer.ts'

/** Names and values in two columns; values that are not set are left out. */
export function factsText(
  facts: readonly (readonly [name: string, value: string | undefined])[],
  { width, style }: Layout,
): string {
  const set = facts.filter((one): one is [string, string] => one[1] !== undefined && one[1] !== '')
  const column = Math.max(0, ...set.map(([name]) => columnsOf(name))) + 2
  return set
    .map(([name, value]) => {
      const shown = clean(value)
      const fits = width === undefined ? shown : cut(shown, Math.max(8, width - column - 2))
      return `  ${style('dim', padded(name, column))}${fits}`
    })
    .join('\n')
}
