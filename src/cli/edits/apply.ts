import { EXIT } from '../../base/errors.ts'
import { clean } from '../../base/text/terminal-text.ts'
import { differenceText, type FileChange, writeChanges } from '../../config/edit/changes.ts'
import type { Context, Options } from '../context.ts'
import { type Explained, explainedText } from '../error-text.ts'

/** What a command that edits the configuration has to say. */
interface Edit {
  /** In the order of writing; those with secrets first. */
  changes: readonly FileChange[]
  /** The configuration itself, whose difference is shown. */
  shown: FileChange
  /** What was done, and what to do next. */
  done: Explained
  /** For --json. */
  json: Record<string, unknown>
}

/** Writes an edit, or with --dry-run prints its difference. */
export function applyEdit(
  { print }: Pick<Context, 'print'>,
  options: Options,
  { changes, shown, done, json }: Edit,
): number {
  const isDry = options.dryRun === true
  if (!isDry) writeChanges(changes)
  if (print.mode === 'json') print.json({ ...json, file: shown.file, written: !isDry })
  else if (isDry) print.result(clean(differenceText(shown)))
  else print.note(explainedText(done, print.noteLayout))
  return EXIT.ok
}
