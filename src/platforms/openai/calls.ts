import { randomUUID } from 'node:crypto'
import { modelCall } from '../calls/model-call.ts'
import { faultIn } from '../faults/fault.ts'
import type { ModelCall } from '../platform.ts'

/** A piece of a call. OpenAI sends `index` in each, `id` and the name in the first; compatible servers vary all of these. */
export interface CallPiece {
  index?: unknown
  id?: unknown
  function?: { name?: unknown; arguments?: unknown } | null
}

interface Parts {
  index: number | undefined
  id: string
  name: string
  args: string
}

/**
 * Puts the pieces of calls together. A piece belongs to the call with its id, else to the latest call with its index, else
 * to the latest one, unless its name shows that it begins another. Pieces that cannot be told apart are refused as
 * malformed, and never glued.
 *
 * @param names the names of the tools of the request
 */
export function collectCalls(platform: string, names: ReadonlySet<string>) {
  const calls: Parts[] = []
  return {
    take(piece: CallPiece): void {
      const { name, arguments: args } = (piece.function ?? piece) as NonNullable<CallPiece['function']>
      const next = {
        index: indexOf(piece.index),
        id: textOf(piece.id),
        name: textOf(name),
        args: argsOf(args),
      }
      const call = ownerOf(calls, next, names)
      if (!call) return void calls.push(next)
      call.id ||= next.id
      call.name = joinedName(call.name, next.name, names)
      call.args = extended(platform, call.args, next.args)
    },
    isEmpty: () => calls.length === 0,
    /** The calls of the whole answer. */
    whole: (): ModelCall[] =>
      calls.map(({ id, name, args }) => {
        if (!name) throw malformed(platform, 'a call without a name')
        // Some servers send no id. Results are matched by it, so it must be unique in the conversation.
        return modelCall(id || `call_${randomUUID().slice(0, 12)}`, knownName(name, names), args)
      }),
  }
}

/** The call to which a piece belongs; undefined if it begins another. */
function ownerOf(calls: readonly Parts[], next: Parts, names: ReadonlySet<string>): Parts | undefined {
  const { id, index, name } = next
  const isSame = (one: number | undefined) => index === undefined || one === undefined || one === index
  const byId = id ? calls.findLast(call => call.id === id && isSame(call.index)) : undefined
  const byIndex = index === undefined ? undefined : calls.findLast(call => call.index === index)
  // All calls may have index 0; and every piece of one call may have another id, but then only the first has a name.
  const isOther = Boolean(id && name && byIndex?.id)
  const latest = index === undefined && (!id || !name) ? calls.at(-1) : undefined
  const found = byId ?? (isOther ? undefined : (byIndex ?? latest))
  return found && !beginsAnother(found, next, names) ? found : undefined
}

/** Without an id that tells, the name does: it comes once, in each piece of its call, or in pieces. */
function beginsAnother(call: Parts, { id, name, args }: Parts, names: ReadonlySet<string>): boolean {
  if (!name || !call.name) return false
  if (name !== call.name) return joinedName(call.name, name, names) === call.name
  const isRepeated = id !== '' && id === call.id && args === call.args
  return args !== '' && isComplete(call.args) && !isRepeated
}

/** The name so far: some servers send it in pieces, or as far as it is known. */
function joinedName(before: string, piece: string, names: ReadonlySet<string>): string {
  if (!before || !piece || names.has(before)) return before || piece
  const joined = [before + piece, piece.startsWith(before) ? piece : ''].find(
    text => text !== '' && [...names].some(name => name.startsWith(text)),
  )
  return joined ?? before
}

function extended(platform: string, before: string, piece: string): string {
  if (piece.trim() === '' && isComplete(before)) return before
  // Sent by some servers before the real ones.
  if (before === '{}' || before === 'null') return piece || before
  if (!isComplete(before)) return isAgain(before, piece) ? piece : before + piece
  if (piece === before) return before
  throw malformed(platform, 'arguments after the end of a call')
}

/** Some servers send in each piece all arguments so far. Only where a value may begin can the same text follow. */
function isAgain(before: string, piece: string): boolean {
  if (before.trim() === '{') return piece.trimStart().startsWith('{')
  return before.length > 1 && piece.startsWith(before) && !/[:[,]\s*$/.test(before)
}

function isComplete(args: string): boolean {
  if (!/[}"l]\s*$/.test(args)) return false
  try {
    JSON.parse(args)
    return true
  } catch {
    return false
  }
}

/** Some models write `functions.NAME`, or `functions.NAME:0`. */
function knownName(name: string, names: ReadonlySet<string>): string {
  if (names.has(name)) return name
  const [, plain = ''] = /^(?:functions?|tools?|default_api)[.:/](.+?)(?::\d+)?$/.exec(name) ?? []
  return names.has(plain) ? plain : name
}

function indexOf(index: unknown): number | undefined {
  const number = typeof index === 'string' && index !== '' ? Number(index) : index
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Some servers send the arguments as an object. */
function argsOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function malformed(platform: string, why: string) {
  return faultIn(platform, 'server', `malformed stream: ${why}`)
}
