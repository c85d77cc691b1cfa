import { loginName } from '../../../access/login.ts'
import type { OpenTranscripts } from '../../../agent/transcript/open.ts'
import type { App } from '../../../app.ts'
import type { Printer } from '../../print/printer.ts'

/** Where this run writes its conversations down. It outlives an app that reads its file again. */
export async function transcriptsOf(current: () => App, print: Printer): Promise<OpenTranscripts> {
  const { openTranscripts } = await import('../../../agent/transcript/open.ts')
  const options = {
    folder: current().stack.state.folder,
    mayKeep: () => true,
    warn: (reason: string) => print.note(`warning: conversations are not being kept: ${reason}`),
  }
  return openTranscripts(options, login())
}

/** The user of the operating system; empty for one without a name. */
export function login(): string {
  return loginName() ?? ''
}
