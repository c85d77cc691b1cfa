import { isRecord } from '../../base/records.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { ServerKey } from '../../config/project.ts'
import type { ObservedServer, Runtime } from '../../runtimes/runtime.ts'

const LINES = 40
const LONGEST = 200

/**
 * The last line that a server logged before it ended, or the error that ended it if a stack follows. Undefined while it
 * runs, or if it logged nothing. Never throws.
 */
export async function lastWords(
  runtime: Runtime,
  observed: ObservedServer | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (observed?.life !== 'exited' && observed?.life !== 'restarting' && observed?.life !== 'dead')
    return undefined
  // Node ends with a dump of its stack then.
  if (observed.outOfMemory) return undefined
  const key: ServerKey = { customer: observed.customer, server: observed.server }
  const lines: string[] = []
  try {
    for await (const { text } of runtime.logs(key, { follow: false, tail: LINES }, signal)) lines.push(text)
  } catch {
    // They only explain.
  }
  const words = lines.map(wordsIn).filter((line): line is string => line !== undefined && line.trim() !== '')
  const last = errorOf(words) ?? words.at(-1)
  return last === undefined ? undefined : cleanLine(last, LONGEST)
}

/** Node ends with its version, after the stack and the details of the error. */
function errorOf(words: readonly string[]): string | undefined {
  const isOfNode = /^Node\.js v\d/.test(words.at(-1) ?? '')
  return isOfNode ? words.findLast(line => /^(Uncaught )?\w*(Error|Exception)\b.*:/.test(line)) : undefined
}

/** The message of a line in JSON, unless it only informs. How a command ended is known already; its own line says why. */
function wordsIn(line: string): string | undefined {
  if (!line.startsWith('{')) return line
  try {
    const found: unknown = JSON.parse(line)
    if (!isRecord(found) || typeof found.message !== 'string') return line
    const isOfBridge = found.program === 'mcp-bridge'
    const isKnown = isOfBridge && /^the command (was )?ended/.test(found.message)
    // What the bridge warns of is no reason for the end of the command.
    const isAside = found.level === 'info' || (isOfBridge && found.level === 'warn')
    return isKnown || isAside ? undefined : found.message
  } catch {
    return line
  }
}
