import { rmSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'
import { bundled, openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'

export interface RealChats {
  /** The bundle of chat-program.ts. */
  program(): string
  /** Opens the chat in a terminal, and waits for its first prompt. */
  chat(args?: readonly string[], options?: TerminalOptions): Promise<Terminal>
  /** The same for another program, which may not be ready. */
  open(args: readonly string[], options?: TerminalOptions): Terminal
}

// CI=true keeps Ink from drawing unless it is told that this is a terminal.
const CI = { CI: 'true' }

/** The whole chat in real terminals: for the tests of a file, and ended after them. */
export function realChats(): RealChats {
  const opened: Terminal[] = []
  let program = ''
  beforeAll(async () => {
    program = await bundled('test/helpers/chat-program.ts')
  })
  afterAll(() => {
    for (const one of opened) one.kill()
    rmSync(program, { force: true })
  })
  const open: RealChats['open'] = (args, options = {}) => {
    const terminal = openTerminal(args, { env: CI, ...options })
    opened.push(terminal)
    return terminal
  }
  return {
    program: () => program,
    open,
    async chat(args = [], options) {
      const terminal = open([program, ...args], options)
      await terminal.sees(args.includes('--plain') ? 'your question or command:' : /\d tools?, 1 w/)
      return terminal
    },
  }
}
