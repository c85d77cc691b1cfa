import { EXIT } from '../../../base/errors.ts'
import { problemText } from '../../../config/document/problems.ts'
import { readProject } from '../../../config/load.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ config, print }) => {
  const { project, errors, warnings } = readProject(config)
  if (print.mode === 'json') print.json({ ok: errors.length === 0, errors, warnings })
  else {
    for (const problem of errors) print.error(problemText(problem))
    for (const problem of warnings) print.note(`warning: ${problemText(problem)}`)
    const servers = project?.customers.reduce((sum, one) => sum + one.servers.length, 0)
    if (project)
      print.result(`${config}: valid (customers: ${project.customers.length}, servers: ${servers})`)
    else print.error(`${config}: ${errors.length} error${errors.length === 1 ? '' : 's'}`)
  }
  return errors.length === 0 ? EXIT.ok : EXIT.usage
}
