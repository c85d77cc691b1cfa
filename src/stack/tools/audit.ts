import { auditFolderIn } from '../../store/audit/files.ts'
import { type OpenTrail, openTrail } from '../../store/audit/trail.ts'
import type { Stack } from '../stack.ts'

/**
 * The audit record of a project. Nothing is opened before the first call.
 *
 * @param warn called when records begin to be lost, and with what is wrong with the end of the record
 */
export function openAudit({ state, project }: Stack, warn: (text: string) => void = () => {}): OpenTrail {
  return openTrail({
    folder: auditFolderIn(state.folder),
    withArguments: project.audit.arguments,
    warn,
  })
}
