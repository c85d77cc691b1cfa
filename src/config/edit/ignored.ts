import { basename, dirname, join, resolve } from 'node:path'
import { changeOf, type FileChange } from './changes.ts'

/** The line in `.gitignore` that keeps the credentials out of git; undefined if it is there, or they are elsewhere. */
export function ignoredChange(config: string, credentials: string): FileChange | undefined {
  const folder = dirname(resolve(config))
  if (dirname(credentials) !== folder) return undefined
  const line = basename(credentials)
  const change = changeOf(join(folder, '.gitignore'), (before = '') => {
    const lines = before.split(/\r?\n/).map(one => one.trim())
    if (lines.includes(line) || lines.includes(`/${line}`)) return before
    return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`
  })
  return change.after === change.before ? undefined : change
}
