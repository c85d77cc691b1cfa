import { columnsOf, padded } from '../../base/text/columns.ts'

/** Rows with every column but the last as wide as its widest cell, two spaces between. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widthOf = (at: number) => Math.max(...rows.map(row => columnsOf(row[at] ?? '')))
  const lines = rows.map(row =>
    row.map((cell, at) => (at < row.length - 1 ? padded(cell, widthOf(at)) : cell)).join('  '),
  )
  return lines.map(line => line.trimEnd()).join('\n')
}
