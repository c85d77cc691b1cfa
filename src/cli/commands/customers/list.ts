import { missingCredentials } from '../../../config/missing-credentials.ts'
import type { Run } from '../../context.ts'
import { type CustomerRow, customersText } from './customers-text.ts'

export const run: Run = async ({ print, open }) => {
  const { project, credentials } = await open()
  const rows: CustomerRow[] = project.customers.map(one => ({
    name: one.name,
    id: one.id,
    environment: one.environment ?? null,
    access: one.access,
    platformsAllowed: one.platformsAllowed ?? null,
    routing: one.routing,
    servers: one.servers.map(server => server.name),
    missing: [...new Set(one.servers.flatMap(server => missingCredentials(server, credentials)))],
  }))
  if (print.mode === 'json') print.json(rows)
  else if (rows.length === 0) print.note(`${project.file} has no customers`)
  else print.result(customersText(rows, { credentialsFile: credentials.file, ...print.layout }))
  return 0
}
