import type { Key } from 'ink'
import { reasonOf, SupportError } from '../../base/errors.ts'
import type { Controller } from '../controller.ts'
import type { Actions } from './actions.ts'
import { expanded } from './line/editor.ts'

/** Ctrl+G, Ctrl+L and Ctrl+Z, which are about the whole terminal. Returns whether the key was one of them. */
export function openTerminalKeys(
  { terminal }: Controller,
  actions: Actions,
  say: (hint: string, tone: 'warn') => void,
): (input: string, key: Key) => boolean {
  function sayError(error: unknown): void {
    const hint = error instanceof SupportError && error.hint ? `; ${error.hint}` : ''
    say(`${reasonOf(error)}${hint}`, 'warn')
  }

  async function editOutside(): Promise<void> {
    const place = actions.place()
    const before = expanded(actions.lineNow())
    const text = await terminal.edit(before)
    if (text !== before) actions.change({ type: 'replace', text }, place)
  }

  async function suspend(): Promise<void> {
    if (!(await terminal.suspend())) say('there is no shell to go back to; /quit leaves', 'warn')
  }

  return (input, key) => {
    if (!key.ctrl) return false
    if (input === 'l') terminal.clear()
    else if (input === 'z') void suspend().catch(sayError)
    else if (input === 'g' && actions.isPrompt()) void editOutside().catch(sayError)
    else return false
    return true
  }
}
