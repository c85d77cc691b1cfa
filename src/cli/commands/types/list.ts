import { EXIT } from '../../../base/errors.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import type { McpType } from '../../../catalog/type.ts'
import type { Run } from '../../context.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'

export const run: Run = async ({ print, config }) => {
  const types = [...loadCatalog(config).values()]
  if (print.mode === 'json')
    print.json(
      types.map(one => ({
        type: one.type,
        title: one.title,
        summary: one.summary,
        image: imageText(one),
        config: Object.fromEntries(
          Object.entries(one.config).map(([key, { description }]) => [key, description]),
        ),
      })),
    )
  else print.result(tableText(COLUMNS, types.map(rowOf), print.layout))
  return EXIT.ok
}

function imageText({ image }: McpType): string {
  if ('package' in image) return image.package
  return 'pull' in image ? image.pull : `supportmax/${image.build}`
}

const COLUMNS: Column[] = [{ head: 'TYPE' }, { head: 'DESCRIPTION', least: 24 }]

function rowOf({ type, summary, config }: McpType): TableRow {
  return { cells: [type, summary], reason: `config: ${Object.keys(config).join(', ')}` }
}
