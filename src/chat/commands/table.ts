import { columnsOf, padded } from '../../base/text/columns.ts'

/**
 * Rows in columns as wide as their widest cell, two spaces apart; the last column is not padded.
 *
 * @param figures columns that are aligned at the right, counted from 0
 */
export function tableText(
  rows: readonly (readonly string[])[],
  { figures = [] }: { figures?: readonly number[] } = {},
): string {
  const widthOf = (at: number) => Math.max(...rows.map(row => columnsOf(row[at] ?? '')))
  const lines = rows.map(row =>
    row
      .map((cell, at) => {
        if (figures.includes(at)) return padded(cell, widthOf(at), 'end')
        return at < row.length - 1 ? padded(cell, widthOf(at)) : cell
      })
      .join('  '),
  )
  return lines.map(line => line.trimEnd()).join('\n')
}
