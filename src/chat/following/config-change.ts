import { basename } from 'node:path'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Project } from '../../config/project.ts'
import type { ViewStore } from '../view/store.ts'

interface ConfigWork {
  project: Pick<Project, 'file'>
  /** A text that differs after each change; undefined while the file is as it was read. */
  configChange(): string | undefined
}

/** Says once after each change of the configuration file that this chat does not follow it. */
export function changeNotice(work: ConfigWork, { note }: ViewStore): () => void {
  let said: string | undefined
  return () => {
    const change = work.configChange()
    if (change === undefined || change === said) return
    said = change
    const file = basename(work.project.file)
    note(`${file} has changed since this chat read it`, 'warn', 'run `/reload` to use the file as it is now')
  }
}

/** Checks the file now and then, also while nobody types, but stays silent during an answer. */
export function watchConfiguration(sayChange: () => void, { view }: ViewStore, signal: AbortSignal): void {
  const look = () => {
    if (view().asking === undefined && view().dialogs.length === 0) sayChange()
  }
  const timer = setInterval(look, TIMEOUTS.configLook).unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
