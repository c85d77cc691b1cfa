import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { fileProblem, type Problem } from '../../../config/document/problems.ts'
import { configFileOf, readProject } from '../../../config/load.ts'
import type { LoopbackAddress, Project } from '../../../config/project.ts'
import { loadCredentials } from '../../../secrets/credentials.ts'
import type { Run } from '../../context.ts'
import { type Explained, explainedText, locatedProblem } from '../../error-text.ts'

export const run: Run = async ({ config, print }) => {
  const { project, credentialsFile, ...found } = readProject(config)
  const credentials = credentialsProblems(credentialsFile)
  const errors = [...found.errors, ...credentials.errors]
  const loopback = project ? loopbackAddresses(project) : []
  const warnings = [...found.warnings, ...found.advice, ...loopback, ...credentials.warnings]
  if (print.mode === 'json') print.json({ ok: errors.length === 0, errors, warnings })
  else {
    const tell = ({ message, hint }: Explained) => explainedText({ message, hint }, print.noteLayout)
    for (const problem of errors) print.error(tell(locatedProblem(problem)))
    for (const problem of warnings) {
      const { message, hint } = locatedProblem(problem)
      print.note(tell({ message: `warning: ${message}`, hint }))
    }
    const servers = project?.customers.reduce((sum, one) => sum + one.servers.length, 0) ?? 0
    if (project && errors.length === 0)
      print.result(
        `${configFileOf(config)}: valid (${counted(project.customers.length, 'customer')}, ${counted(servers, 'server')})`,
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

/** What is wrong with the credentials file, which need not exist. The values are not looked at. */
function credentialsProblems(file: string): { errors: Problem[]; warnings: Problem[] } {
  try {
    return { errors: [], warnings: loadCredentials(file, {}).warnings }
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    const message = error.message.replace(`${file}: `, '')
    return { errors: [fileProblem(file, message, error.hint ?? '')], warnings: [] }
  }
}
