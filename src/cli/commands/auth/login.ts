import { createInterface } from 'node:readline'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { readEnvironment } from '../../../config/env.ts'
import { scopesIn } from '../../../mcp/sign-in/sign-in.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { secondsOption } from '../../options.ts'
import type { Printer } from '../../print/printer.ts'
import { openInBrowser } from './browser.ts'
import { chooseSignIn, openSignInDoor } from './chosen.ts'
import { factsOf } from './facts.ts'

export const run: Run = async (context, names, options) => {
  const { print } = context
  const { stack, server, title } = await chooseSignIn(context, names)
  const door = openSignInDoor(stack, server)
  const limitMs = (secondsOption(options, 'timeout') ?? TIMEOUTS.signInLogin / 1_000) * 1_000
  const late = AbortSignal.timeout(limitMs)
  const signal = AbortSignal.any([context.signal, late])
  const { login } = await import('../../../mcp/sign-in/login/login.ts')
  const signIn = await login({
    store: stack.state.signIns,
    door,
    show(address, redirect) {
      const isOpened = options.browser !== false && openInBrowser(address, readEnvironment().variables)
      showAddress(print, { title, address, redirect, isOpened })
    },
    pasted: pastedLines,
    reject: reason => print.note(explainedText({ message: reason, hint: PASTE }, print.noteLayout)),
    signal,
  }).catch(error => {
    throw late.aborted && !context.signal.aborted ? timedOut(limitMs, names) : error
  })
  const facts = factsOf(signIn)
  if (print.mode === 'json') print.json(facts)
  const scopes = scopesIn(signIn.tokens?.scope)
  const forScopes = scopes.length > 0 ? ` for ${scopes.join(' ')}` : ''
  const message = `signed in to ${title} at ${signIn.issuer}${forScopes}`
  const hint = facts.refreshable
    ? ''
    : 'sign in again when the access token expires: there is no refresh token'
  print.note(explainedText({ message, hint }, print.noteLayout))
  return EXIT.ok
}

const PASTE = "paste the address in the browser's address bar, even if the page does not load"
const ELSEWHERE = "paste the address in the browser's address bar, if the browser is on another machine"

const NO_TERMINAL =
  'to use a browser on another machine, run it in a terminal (over SSH: `ssh -t`) and paste the address there'

interface Shown {
  title: string
  address: string
  redirect: string
  isOpened: boolean
}

function showAddress(print: Printer, { title, address, redirect, isOpened }: Shown): void {
  if (print.mode === 'quiet') {
    // Nobody can sign in without it.
    print.error(address)
    return
  }
  const done = isOpened
    ? 'a browser was opened to sign in to'
    : 'open this address in a browser to sign in to'
  print.note(explainedText({ message: `${done} ${title}:` }, print.noteLayout))
  // In one piece, so that it can be clicked or copied.
  print.note(`\n${address}\n`)
  const message = `waiting for the browser to return to ${redirect}`
  const hint = process.stdin.isTTY ? ELSEWHERE : NO_TERMINAL
  print.note(explainedText({ message, hint }, print.noteLayout))
}

function timedOut(limitMs: number, names: readonly string[]): SupportError {
  return new SupportError('deadline', `timed out after ${milliseconds(limitMs)} (--timeout)`, {
    hint: `run \`supportmax auth login ${names.join(' ')}\` again`,
  })
}

/** Lines that a person types or pastes; none without a terminal. */
async function* pastedLines(signal: AbortSignal): AsyncGenerator<string> {
  if (!process.stdin.isTTY) return
  const line = createInterface({ input: process.stdin, output: process.stderr, prompt: 'address: ', signal })
  let isInterrupted = false
  // The terminal is in raw mode here, so Ctrl+C is a key and not a signal.
  line.once('SIGINT', () => {
    isInterrupted = true
    line.close()
  })
  line.once('close', () => process.stderr.write('\n'))
  line.prompt()
  try {
    for await (const text of line) {
      if (text.trim() !== '') yield text
      line.prompt()
    }
  } finally {
    line.close()
  }
  if (isInterrupted) throw new SupportError('interrupted', 'interrupted')
}
