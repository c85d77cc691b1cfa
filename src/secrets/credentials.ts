import { fileStamp } from '../base/files.ts'
import { hideSecret } from '../base/redact.ts'
import { readCredentialsFile } from '../config/credentials-file.ts'
import { fileProblem, type Problem } from '../config/document/problems.ts'

/** Values of credentials, by name. They are held in a closure, so printing this object prints none. */
export interface Credentials {
  /** The value as far as it is known: undefined if unset or empty. From this call on, it is hidden in all output. */
  get(name: string): string | undefined
  /** Asks the sources that take time for the values of these names; get() returns them afterwards. Never throws. */
  load(names: Iterable<string>, signal?: AbortSignal): Promise<void>
  /** Hides every value of the file, also those that nothing has read. They may be user names, and so ordinary words. */
  hideAll(): void
  warnings: Problem[]
  /** The credentials file, whether or not it exists. */
  file: string
}

/**
 * The environment wins over the file. An unreadable file is an error. The file is read again when it changes, so that a
 * corrected key needs no restart.
 */
export function loadCredentials(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  let stored = readCredentialsFile(file)
  let stamp = fileStamp(file)
  const warnings = stored.warnings.map(({ line, message, hint }) => ({
    ...fileProblem(file, message, hint),
    line,
  }))

  function refresh(): void {
    const now = fileStamp(file)
    if (now === stamp) return
    stamp = now
    try {
      stored = readCredentialsFile(file)
    } catch {
      // It may be half written: keep the values from before.
    }
  }

  return {
    get(name) {
      refresh()
      const value = variables[name] || stored.values[name]
      if (!value) return undefined
      hideSecret(value)
      return value
    },
    async load() {},
    hideAll() {
      refresh()
      for (const value of Object.values(stored.values)) if (value) hideSecret(value)
    },
    warnings,
    file,
  }
}
