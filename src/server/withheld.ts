import { basename } from 'node:path'
import { counted } from '../base/text/amounts.ts'
import { firstOf } from '../base/text/words.ts'
import type { Customer } from '../config/project.ts'
import type { Pins } from '../toolset/pins/pins.ts'

/** Logs once that the pins have lost their file, and again if that happens again. */
export function goneLog({ id }: Customer, pins: Pins, log: (text: string) => void) {
  let wasGone = false
  return (): void => {
    const isGone = pins.isGone()
    if (isGone && !wasGone)
      log(
        `${id}: ${basename(pins.file)} is gone, and what it pinned still counts: restore the file from version control, or restart serve to do without it`,
      )
    wasGone = isGone
  }
}

/** Logs what a door withholds until somebody accepts it: once, and again when it changes. */
export function withheldLog({ id }: Customer, { file }: Pins, log: (text: string) => void) {
  const logged = new Map<string, string>()
  /** @param kind `tool` or `prompt`, for people */
  return (kind: string, names: readonly string[]): void => {
    const text = names.join('\n')
    if ((logged.get(kind) ?? '') === text) return
    logged.set(kind, text)
    if (names.length === 0) return
    const what = `${counted(names.length, kind)} withheld (${firstOf(names, 4)})`
    log(`${id}: ${what}: not as accepted in ${basename(file)}; run \`supportmax tools accept ${id}\``)
  }
}
