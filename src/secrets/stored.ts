import { fileStamp } from '../base/files.ts'
import { readCredentialsFile } from '../config/credentials-file.ts'
import { fileProblem, type Problem } from '../config/document/problems.ts'

export interface StoredValues {
  values(): Readonly<Record<string, string | undefined>>
  warnings: Problem[]
}

/** The values of the credentials file, which is read again when it changes. Throws for one that cannot be read now. */
export function storedValues(file: string): StoredValues {
  let stored = readCredentialsFile(file)
  let stamp = fileStamp(file)
  const warnings = stored.warnings.map(({ line, message, hint }) => ({
    ...fileProblem(file, message, hint),
    line,
  }))
  return {
    warnings,
    values() {
      const now = fileStamp(file)
      if (now === stamp) return stored.values
      stamp = now
      try {
        stored = readCredentialsFile(file)
      } catch {
        // It may be half written: keep the values from before.
      }
      return stored.values
    },
  }
}
