// Keys that terminals report only when asked, such as Shift+Enter, and keys in a form that Ink does not know.

import { inputWith } from '../terminal/input.ts'

/**
 * xterm's modifyOtherKeys (`CSI 27 ; modifiers ; code ~`) as `CSI code ; modifiers u`. Ink knows only the second and drops
 * the first (source: invisible-island.net/xterm/modified-keys.html).
 */
export function asCsiU(input: string): string {
  return input.replace(/\u001b\[27;(\d+);(\d+)~/g, '\u001b[$2;$1u')
}

// Source: sw.kovidgoyal.net/kitty/keyboard-protocol. A terminal that does not know it ignores the question.
const CAN_YOU_NAME_KEYS = '\u001b[?u'
const IT_CAN = /\u001b\[\?\d+u/
const NAME_KEYS = '\u001b[>1u'
const AS_BEFORE = '\u001b[<u'

interface NamedKeys {
  /** The terminal, for Ink to read. */
  stdin: NodeJS.ReadStream
  /** Has the terminal report keys as before, until resume(): another program reads them. */
  pause(): void
  resume(): void
  /** Has the terminal report keys as before. */
  close(): void
}

/**
 * Asks the terminal to name its keys, once it is in raw mode: before that, the answer would be echoed. Ink's own
 * `kittyKeyboard` waits only 200 ms for the answer, and starting the chat on a busy machine takes longer.
 */
export function openNamedKeys(
  stdin: NodeJS.ReadStream,
  stdout: Pick<NodeJS.WriteStream, 'write'>,
): NamedKeys {
  let state: 'new' | 'asked' | 'named' | 'closed' = 'new'

  function read(size?: number): unknown {
    const chunk: unknown = stdin.read(size)
    if (typeof chunk !== 'string') return chunk
    if (state === 'asked' && IT_CAN.test(chunk)) {
      state = 'named'
      stdout.write(NAME_KEYS)
      process.once('exit', close)
    }
    return asCsiU(chunk)
  }

  function setRawMode(isRaw: boolean): NodeJS.ReadStream {
    stdin.setRawMode(isRaw)
    if (isRaw && state === 'new') {
      state = 'asked'
      stdout.write(CAN_YOU_NAME_KEYS)
    }
    return stdin
  }

  function close(): void {
    if (state === 'named') stdout.write(AS_BEFORE)
    state = 'closed'
    process.off('exit', close)
  }

  return {
    stdin: inputWith(stdin, { read, setRawMode }),
    pause: () => void (state === 'named' && stdout.write(AS_BEFORE)),
    resume: () => void (state === 'named' && stdout.write(NAME_KEYS)),
    close,
  }
}
