import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOf } from '../../base/machine.ts'
import { clean } from '../../base/text/terminal-text.ts'
import { passedOn, runOnTerminal, type TerminalProgram } from './program.ts'

interface Editor extends TerminalProgram {
  /** Where texts are while they are being edited. */
  folder: string
}

/** The person's editor (default: vi). Removes what chats that were killed had in it. */
export function editorIn(variables: Record<string, string | undefined>): Editor {
  const command = variables.VISUAL?.trim() || variables.EDITOR?.trim() || 'vi'
  const folder = privateFolder(variables.XDG_RUNTIME_DIR?.trim()) ?? tmpdir()
  sweep(folder)
  return { command, env: passedOn(variables), variable: 'EDITOR', folder }
}

/** A folder in memory of this person alone. It is gone in a tmux that outlives the session, and another's under sudo. */
function privateFolder(folder: string | undefined): string | undefined {
  try {
    if (folder) accessSync(folder, constants.W_OK | constants.X_OK)
    return folder || undefined
  } catch {
    return undefined
  }
}

const PREFIX = 'supportmax-edit-'

/** Names the process, by its start too: numbers of processes are used again. */
function markOf(pid: number): string | undefined {
  const start = startOf(pid)
  return start === undefined ? undefined : `${PREFIX}${pid}-${start.replace(/\W/g, '')}-`
}

/** In a folder of all users, those of others stay: they cannot be removed. */
function sweep(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const [, pid] = /^supportmax-edit-(\d+)-\w+-\w+$/.exec(name) ?? []
      if (pid === undefined || name.startsWith(markOf(Number(pid)) ?? ' ')) continue
      rmSync(join(folder, name), { recursive: true, force: true })
    }
  } catch {
    // The next chat tries again.
  }
}

/**
 * The text as the person leaves it in the editor; unchanged if the editor says that it failed, as with `:cq` in vi. The
 * file is readable for this person only, and is removed, also when the program ends meanwhile; if it is killed, by the next chat.
 */
export async function editedIn(editor: Editor, text: string, signal?: AbortSignal): Promise<string> {
  const folder = mkdtempSync(join(editor.folder, markOf(process.pid) ?? `${PREFIX}${process.pid}-0-`))
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
