// Links that a terminal opens by a click (OSC 8). Source: gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda

type Variables = Record<string, string | undefined>

/** The first version of each program that knows them; by TERM_PROGRAM. */
const PROGRAMS: Record<string, readonly [number, number]> = {
  'iTerm.app': [3, 1],
  WezTerm: [20200620, 0],
  vscode: [1, 72],
  ghostty: [0, 0],
  zed: [0, 0],
}
const TERMS = new Set(['xterm-kitty', 'alacritty', 'xterm-ghostty', 'foot', 'foot-extra'])
/** VTE 0.50.0 crashes. */
const VTE = 5_001

/** Whether the terminal is known to draw them; others might print the sequence. */
export function canLink(variables: Variables): boolean {
  const { FORCE_HYPERLINK: forced, TERM = '', TERM_PROGRAM = '', TERM_PROGRAM_VERSION = '' } = variables
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  // Inside tmux and screen, they say nothing of the terminal outside.
  if (TERM === 'dumb' || /^(screen|tmux)/.test(TERM)) return false
  if (variables.WT_SESSION || TERMS.has(TERM)) return true
  if (Number(variables.VTE_VERSION ?? 0) >= VTE) return true
  const least = Object.hasOwn(PROGRAMS, TERM_PROGRAM) ? PROGRAMS[TERM_PROGRAM] : undefined
  if (!least) return false
  const [major = 0, minor = 0] = TERM_PROGRAM_VERSION.split(/[.-]/).map(Number)
  return major > least[0] || (major === least[0] && minor >= least[1])
}

/** The whole address, which is also its target. Undefined for one that has no such form. */
export function linkText(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { href, username, password } = new URL(url)
  const isSafe = username === '' && password === '' && /^[\u0021-\u007e]+$/.test(href)
  return isSafe ? `\u001b]8;;${href}\u001b\\${url}\u001b]8;;\u001b\\` : undefined
}
