import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { readProject } from '../../../config/load.ts'
import type { LoopbackAddress, Project } from '../../../config/project.ts'
import type { Run } from '../../context.ts'
import { type Explained, explainedText, locatedProblem } from '../../error-text.ts'

export const run: Run = async ({ config, print }) => {
  const { project, errors, warnings: found } = readProject(config)
  const warnings = [...found, ...(project ? loopbackAddresses(project) : [])]
  if (print.mode === 'json') print.json({ ok: errors.length === 0, errors, warnings })
  else {
    const tell = ({ message, hint }: Explained) => explainedText({ message, hint }, print.noteLayout)
    for (const problem of errors) print.error(tell(locatedProblem(problem)))
    for (const problem of warnings) {
      const { message, hint } = locatedProblem(problem)
      print.note(tell({ message: `warning: ${message}`, hint }))
    }
    const servers = project?.customers.reduce((sum, one) => sum + one.servers.length, 0) ?? 0
    if (project)
      print.result(
        `${config}: valid (${counted(project.customers.length, 'customer')}, ${counted(servers, 'server')})`,
      )
    else print.error(`${config}: ${counted(errors.length, 'error')}`)
  }
  return errors.length === 0 ? EXIT.ok : EXIT.usage
}

/** Whether they are wrong depends on the runtime of each start, unless it is set. */
function loopbackAddresses({ runtime, customers }: Project): LoopbackAddress[] {
  if (runtime === 'local') return []
  return customers.flatMap(one => one.servers.flatMap(server => server.loopback))
}
