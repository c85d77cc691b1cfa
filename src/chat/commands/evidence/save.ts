import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { conversationText } from '../../../agent/report/report.ts'
import { SupportError } from '../../../base/errors.ts'
import { createWhole } from '../../../base/files.ts'
import type { SlashCommand } from '../command.ts'
import { filesBeginning } from '../completion/files.ts'
import { reportedOf } from './document.ts'

export const save: SlashCommand = {
  name: 'save',
  usage: '/save FILE.md',
  summary: 'write this conversation to a new Markdown file',
  completion: (_chat, typed) => filesBeginning(typed),
  isOpenEnded: true,
  run(chat, rest) {
    if (rest === '')
      throw new SupportError('usage', '/save needs a file', { hint: 'type `/save incident.md`' })
    const reported = reportedOf(chat)
    if (reported.story.length === 0) throw new SupportError('usage', 'nothing has been asked yet')
    chat.note(`wrote ${writeNew(rest, conversationText(reported))}`, 'good')
  },
}

/** Writes a file that only this person can read, and never over another one. Returns its path. Throws a SupportError. */
export function writeNew(name: string, text: string | Uint8Array): string {
  const path = newPath(name)
  if (!createWhole(path, text, 0o600)) throw existing(path)
  return path
}

/** Where such a file will be. Throws a SupportError if there is one, or no folder for it. */
export function newPath(name: string): string {
  const path = resolve(name.replace(/^~(?=\/|$)/, homedir()))
  if (!existsSync(dirname(path)))
    throw new SupportError('usage', `there is no folder ${dirname(path)}`, {
      hint: 'create it, or name another one',
    })
  if (existsSync(path)) throw existing(path)
  return path
}

function existing(path: string): SupportError {
  return new SupportError('usage', `${path} exists already`, { hint: 'choose another name' })
}
