// What tells a person who looks elsewhere: the window's title, the bell, and a notification.
// Source of the sequences: invisible-island.net/xterm/ctlseqs; OSC 9: iterm2.com/documentation-escape-codes.html

import type { View } from '../view/view.ts'

const KEEP_TITLE = '\u001b[22;0t'
const TITLE_AS_BEFORE = '\u001b[23;0t'
const BELL = '\u0007'

/** A shorter answer is still being waited for. In seconds. */
const LONG = 10

const WANTED = {
  call: 'a call needs your approval',
  form: 'a server asks you something',
  send: 'a question waits for your answer',
}

type Watched = Pick<View, 'customer' | 'dialogs' | 'asking'>

/** `segura · PROD`, with a mark in front while an approval waits or a question is running. */
export function titleOf({ customer: { id, production }, dialogs, asking }: Watched): string {
  const mark = dialogs.length > 0 ? '! ' : asking === undefined ? '' : '… '
  return `${mark}${id}${production ? ' · PROD' : ''}`
}

/**
 * What the person should come back for, now that this view has become that one; undefined for nothing.
 *
 * @param seconds since the question was asked
 */
export function callFor(before: Watched, now: Watched, seconds: number): string | undefined {
  const { id, production } = now.customer
  const who = `${id}${production ? ' PROD' : ''}`
  const [dialog] = now.dialogs
  if (before.dialogs.length === 0 && dialog) return `${who}: ${WANTED[dialog.kind]}`
  const isOver = before.asking !== undefined && now.asking === undefined
  return isOver && seconds >= LONG && before.customer.id === id ? `${who}: the answer is there` : undefined
}

export interface Attention {
  /** The title as it was before, during some work in which the terminal is the shell's. */
  without<T>(work: () => Promise<T>): Promise<T>
  /** The title as it was before the chat. */
  close(): void
}

/** @param isLoud whether to ring and to notify, too */
export function openAttention(
  store: { view(): View; subscribe(listener: () => void): () => void },
  stdout: Pick<NodeJS.WriteStream, 'write'>,
  isLoud: boolean,
): Attention {
  let before = store.view()
  let askedAt = 0
  const show = (title: string) => stdout.write(`\u001b]2;${title}${BELL}`)
  const watch = () => {
    const now = store.view()
    if (now.asking !== before.asking && now.asking !== undefined) askedAt = performance.now()
    const call = isLoud ? callFor(before, now, (performance.now() - askedAt) / 1_000) : undefined
    if (titleOf(now) !== titleOf(before)) show(titleOf(now))
    if (call !== undefined) stdout.write(`${BELL}\u001b]9;${call}${BELL}`)
    before = now
  }
  const resume = () => {
    stdout.write(KEEP_TITLE)
    show(titleOf(before))
  }
  resume()
  const stop = store.subscribe(watch)
  const close = () => {
    stop()
    process.off('exit', close)
    stdout.write(TITLE_AS_BEFORE)
  }
  process.once('exit', close)
  return {
    async without(work) {
      stdout.write(TITLE_AS_BEFORE)
      try {
        return await work()
      } finally {
        resume()
      }
    },
    close,
  }
}
