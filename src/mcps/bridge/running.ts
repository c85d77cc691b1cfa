import { Client } from '@modelcontextprotocol/client'
import { reasonOf } from '../../base/errors.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { pause } from '../../base/waiting/wait.ts'
import { type Log, withoutRepeats } from '../log.ts'
import { type ChildCommand, type ChildEnd, CLOSED_STDIN, childTransport } from './child.ts'

/** A command that was started, and our session with it. */
export interface Running {
  client: Client
  /** Resolves when it is ready, or with its end if it ends first. Never rejects. */
  ready: Promise<ChildEnd | undefined>
  /** Why it cannot answer yet; undefined once it can. */
  notReady(): string | undefined
  /** Never rejects. */
  ended: Promise<ChildEnd>
  close(): Promise<void>
}

/** Callers have deadlines of their own, and cancel. */
export const NO_DEADLINE_MS = 86_400_000

/** From a broken pipe to the end of a command that is about to end, in milliseconds. */
const EXIT_MS = 1_000
const LONGEST_REASON = 200

/** Starts the command and sends it `initialize`. */
export function startCommand(command: ChildCommand, log: Log): Running {
  const started = Date.now()
  // Without capabilities: requests of the command for samples, roots or input are answered "method not found".
  const client = new Client({ name: 'supportmax', version: '0.1.0' }, { capabilities: {} })
  const child = childTransport(command, log)
  const { promise: ended, resolve: end } = Promise.withResolvers<ChildEnd>()
  void child.ended.then(end)
  let isReady = false
  const quiet = withoutRepeats(log)
  client.onerror = error => quiet('warn', `command: ${kindOf(error)}`)
  const connected = client.connect(child, { timeout: NO_DEADLINE_MS }).then(
    () => {
      isReady = true
      const { name = '', version = '' } = client.getServerVersion() ?? {}
      log('info', `the command is ready: ${[name, version].filter(Boolean).join(' ')}`)
      return undefined
    },
    async (error: unknown) => {
      // A command that ends breaks the pipe first, but its exit says more.
      if (reasonOf(error) === CLOSED_STDIN) await pause(EXIT_MS)
      end({ exitCode: 1, words: notConnected(error) })
      return ended
    },
  )
  return {
    client,
    ready: Promise.race([connected, ended]),
    notReady() {
      if (isReady) return undefined
      const seconds = Math.round((Date.now() - started) / 1_000)
      const strays = child.hasStrays ? '; what it wrote on stdout is not MCP (see its log)' : ''
      return `its command has not answered initialize for ${seconds} s${strays}`
    },
    ended,
    close: () => child.close(),
  }
}

/** Without the message itself, which may be large and differs each time. */
function kindOf(error: unknown): string {
  return cleanLine(reasonOf(error).replace(/: [[{].*$/s, ''), LONGEST_REASON)
}

export function isRejection(error: unknown): error is Error & { code: number } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}

function notConnected(error: unknown): string {
  const what = isRejection(error) ? 'the command rejected initialize' : 'the command did not start'
  return `${what}: ${kindOf(error)}`
}
