import { missingCredentials } from '../../../config/credentials.ts'
import { isProduction } from '../../../config/project.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, open }) => {
  const { project, credentials } = await open()
  const rows = project.customers.map(one => ({
    name: one.name,
    id: one.id,
    environment: one.environment ?? null,
    access: one.access,
    servers: one.servers.map(server => server.name),
    missing: [...new Set(one.servers.flatMap(server => missingCredentials(server, credentials)))],
    prod: isProduction(one),
  }))
  if (print.mode === 'json') print.json(rows.map(({ prod: _, ...row }) => row))
  else
    print.table(
      ['NAME', 'ID', 'ENVIRONMENT', 'ACCESS', 'SERVERS', 'CREDENTIALS MISSING'],
      rows.map(row => [
        row.name,
        row.id,
        row.prod ? print.style('red', 'PROD') : (row.environment ?? '-'),
        row.access,
        row.servers.join(', ') || '-',
        row.missing.join(', ') || 'none',
      ]),
    )
  return 0
}
