import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clean } from '../../base/text/terminal-text.ts'
import { passedOn, runOnTerminal, type TerminalProgram } from './program.ts'

/** The person's editor (default: vi). */
export function editorIn(variables: Record<string, string | undefined>): TerminalProgram {
  const command = variables.VISUAL?.trim() || variables.EDITOR?.trim() || 'vi'
  return { command, env: passedOn(variables), variable: 'EDITOR' }
}

/**
 * The text as the person leaves it in the editor; unchanged if the editor says that it failed, as with `:cq` in vi. The
 * file is readable for this person only, and is removed, also when the program ends meanwhile.
 */
export async function editedIn(editor: TerminalProgram, text: string, signal?: AbortSignal): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'supportmax-edit-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    const file = join(folder, 'question.md')
    writeFileSync(file, text, { mode: 0o600 })
    const code = await runOnTerminal(editor, { args: [file], signal })
    return code === 0 ? clean(readFileSync(file, 'utf8')).replace(/\n$/, '') : text
  } finally {
    process.off('exit', remove)
    remove()
  }
}
