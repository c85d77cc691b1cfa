import chalk from 'chalk'
import { render } from 'ink'
import type { ThemeName } from '../config/settings/user.ts'
import { openController } from './controller.ts'
import { paperText } from './draw/paper.tsx'
import { drawPromptly } from './draw/promptly.ts'
import { Screen } from './draw/Screen.tsx'
import { type Background, NO_COLOURS, themeFor } from './draw/text/themes.ts'
import { openAttention } from './terminal/attention.ts'
import { askBackground } from './terminal/background.ts'
import { clipboardText } from './terminal/clipboard.ts'
import { editedIn, editorIn } from './terminal/editor.ts'
import { openLending } from './terminal/lending/lend.ts'
import { canLink } from './terminal/links.ts'
import { pagerIn, showInPager } from './terminal/pager.ts'
import { stopJob } from './terminal/suspend.ts'
import { openNamedKeys } from './typing/other-keys.ts'
import type { ChatWork } from './work.ts'

interface ChatOptions extends ChatWork {
  /** The environment, of which the pager gets a part (default: empty). */
  variables?: Record<string, string | undefined>
  /** False under NO_COLOR and --no-color. */
  color: boolean
  /** Default: by the background of the terminal, as far as it tells. */
  theme?: ThemeName
  /** Whether to ring and to notify when an approval waits or a long answer is there (default: true). */
  notify?: boolean
  /** Fires on SIGTERM and similar signals; has the effect of /quit. */
  signal?: AbortSignal
  stdin?: NodeJS.ReadStream
  stdout?: NodeJS.WriteStream
}

/**
 * The chat on this terminal, until the person leaves. Opens at once; servers connect in the background. Both streams
 * must be terminals. A running question is cancelled on leaving; servers keep running.
 */
export async function runChat(options: ChatOptions): Promise<void> {
  const {
    stdin = process.stdin,
    stdout = process.stdout,
    session,
    color,
    variables = {},
    notify = true,
    theme = 'auto',
  } = options
  let background: Background | undefined
  const input = isBackgroundWanted(theme, color)
    ? askBackground(stdin, stdout, found => {
        background = found
        draw()
      })
    : stdin
  const keys = openNamedKeys(input, stdout)
  chalk.level = levelOf(color ? stdout.getColorDepth() : NO_COLOUR_DEPTH)
  const terminal = openLending(stdin, stdout, {
    keys,
    frame: { remove: () => screen.clear(), hide: () => draw({ isHidden: true }), draw },
  })
  const controller = openController(options, {
    page: (text, form) => {
      const pager = pagerIn(variables)
      const page = form && pager.showsStyles ? paperText(text, themeNow(), stdout.columns) : text
      return terminal.lend(signal => showInPager(page, pager, signal))
    },
    copy: text => void terminal.stdout.write(clipboardText(text)),
    edit: text => terminal.lend(signal => editedIn(editorIn(variables), text, signal)),
    clear: terminal.clear,
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    suspend: () => terminal.lend(() => attention.without(stopJob)),
  })
  const themeNow = () => (color ? themeFor(theme, background) : NO_COLOURS)
  const drawn = ({ isHidden = false } = {}) => (
    <Screen isLinking={canLink(variables)} controller={controller} theme={themeNow()} isHidden={isHidden} />
  )
  function draw(how?: { isHidden: boolean }): void {
    screen.rerender(drawn(how))
  }
  const screen = render(drawn(), {
    stdin: keys.stdin,
    stdout: terminal.stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    // Only what has changed: a third of the bytes, which count over a slow connection.
    incrementalRendering: true,
    // CI=true would otherwise keep Ink from drawing anything.
    interactive: Boolean(stdin.isTTY && stdout.isTTY),
  })
  options.signal?.addEventListener('abort', controller.quit, { once: true })
  const attention = openAttention(controller, stdout, notify)
  const deaf = onSignals({
    SIGTSTP: () => void controller.terminal.suspend(),
    SIGWINCH: terminal.redraw,
    SIGCONT: terminal.regain,
  })
  const unwatch = drawPromptly(controller, screen.waitUntilRenderFlush)
  controller.start()
  await controller.left
  deaf()
  unwatch()
  await terminal.end()
  options.signal?.removeEventListener('abort', controller.quit)
  session.close()
  // What is finished stays; a prompt that takes nothing any more does not.
  draw({ isHidden: true })
  screen.unmount()
  await screen.waitUntilExit()
  attention.close()
  keys.close()
}

/** Returns what undoes it. */
function onSignals(listeners: Partial<Record<NodeJS.Signals, () => void>>): () => void {
  for (const [name, listener] of Object.entries(listeners)) process.on(name, listener)
  return () => {
    for (const [name, listener] of Object.entries(listeners)) process.off(name, listener)
  }
}

function isBackgroundWanted(theme: ThemeName, color: boolean): boolean {
  return color && (theme === 'auto' || theme === 'contrast')
}

/** Enough for bold and inverse, which NO_COLOR leaves. */
const NO_COLOUR_DEPTH = 4

/** Chalk's levels: no styles, 16 colours, 256 colours, all. It would take --no-color to mean no styles. */
function levelOf(depth: number): 0 | 1 | 2 | 3 {
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0
}
