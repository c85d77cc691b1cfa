import { columnsOf, padded } from '../../base/text/columns.ts'

/** Rows in columns as wide as their widest cell, two spaces apart; the last column is not padded. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widthOf = (at: number) => Math.max(...rows.map(row => columnsOf(row[at] ?? '')))
  const lines = rows.map(row =>
    row.map((cell, at) => (at < row.length - 1 ? padded(cell, widthOf(at)) : cell)).join('  '),
  )
  return lines.map(line => line.trimEnd()).join('\n')
}
