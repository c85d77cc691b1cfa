import { loadCatalog } from '../../../catalog/load.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print }) => {
  const types = [...loadCatalog().values()]
  if (print.mode === 'json')
    print.json(
      types.map(one => ({
        type: one.type,
        title: one.title,
        summary: one.summary,
        image: 'pull' in one.image ? one.image.pull : `supportmax/${one.image.build}`,
        config: Object.fromEntries(
          Object.entries(one.config).map(([key, { description }]) => [key, description]),
        ),
      })),
    )
  else
    print.table(
      ['TYPE', 'WHAT', 'CONFIG'],
      types.map(one => [one.type, one.summary, Object.keys(one.config).join(', ')]),
    )
  return 0
}
