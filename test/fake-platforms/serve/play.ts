import type { ServerResponse } from 'node:http'
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import type { Recorded } from '../instance.ts'
import type { Refused } from '../refuse/refused.ts'
import type { Break, Turn } from '../turn.ts'
import type { Ask, Frame, Wire } from '../wire/frame.ts'

interface Scene {
  frames: Frame[]
  ending: 'end' | 'reset' | 'hang'
}

/** Breaks that come before there is a stream. */
const BEFORE: readonly string[] = ['refused', 'reset', 'hang'] satisfies Break[]

/** Sends the turn's stream, with the turn's fault in it. `gone` fires when the client has closed. */
export async function play(
  res: ServerResponse,
  { wire, turn, ask, record }: { wire: Wire; turn: Turn; ask: Ask; record: Recorded },
  gone: AbortSignal,
): Promise<void> {
  await pause(turn.delay?.first, gone)
  if (gone.aborted) return
  if (turn.fault && BEFORE.includes(turn.fault)) {
    record.faultAt = performance.now()
    if (turn.fault !== 'hang') drop(res, record, turn.fault === 'reset' ? 'reset' : 'close')
    return
  }
  const { frames, ending } = sceneOf(wire, turn, ask)
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  res.flushHeaders()
  for (const [index, frame] of frames.entries()) {
    if (index > 0) await pause(turn.delay?.between, gone)
    if (gone.aborted) return
    await written(res, frame.bytes)
  }
  if (turn.fault) record.faultAt = performance.now()
  // A cut or a reset must come behind what was written, in a packet of its own.
  if (ending !== 'end') await pause(1, gone)
  // A reset discards what was not read: a client of this process reads between two turns of the loop, however busy it is.
  if (ending === 'reset') for (let turn = 0; turn < 3; turn++) await immediate()
  if (ending === 'reset') drop(res, record, 'reset')
  if (ending === 'end') end(res, record)
}

export async function refuse(
  res: ServerResponse,
  { status, headers, body }: Refused,
  record: Recorded,
): Promise<void> {
  const isHtml = typeof body === 'string'
  record.faultAt = performance.now()
  res.writeHead(status, { 'content-type': isHtml ? 'text/html' : 'application/json', ...headers })
  end(res, record, isHtml ? body : JSON.stringify(body))
}

/** Takes the connection away: with a reset, or as a server that goes down does. */
export function drop(res: ServerResponse, record: Recorded, how: 'reset' | 'close'): void {
  record.endedAt = performance.now()
  if (how === 'reset') res.socket?.resetAndDestroy()
  else res.socket?.destroy()
}

function end(res: ServerResponse, record: Recorded, bytes = ''): void {
  record.endedAt = performance.now()
  res.end(bytes)
}

export async function pause(milliseconds: number | undefined, gone: AbortSignal): Promise<void> {
  if (milliseconds) await sleep(milliseconds, undefined, { signal: gone }).catch(() => {})
}

function written(res: ServerResponse, bytes: string): Promise<void> {
  return new Promise(resolve => res.write(bytes, () => resolve()))
}

function sceneOf(wire: Wire, turn: Turn, ask: Ask): Scene {
  const isInCall = turn.fault === 'cut-in-call'
  const frames = wire.frames(turn.fault ? withMatter(turn, isInCall, ask) : turn, ask)
  const words = turn.message ?? 'The server had an error while processing your request.'
  const error = (kind: 'server' | 'overloaded') => wire.errorFrame(kind, words)
  switch (turn.fault as Break | undefined) {
    case 'reset-mid-stream':
      return { frames: upToText(frames), ending: 'reset' }
    case 'cut':
      return { frames: upToText(frames), ending: 'end' }
    case 'cut-in-call':
      return { frames: upToArgs(frames), ending: 'end' }
    case 'hang-mid-stream':
      return { frames: upToText(frames), ending: 'hang' }
    case 'error-early':
      return { frames: [...opening(frames), error('server')], ending: 'end' }
    case 'overloaded-early':
      return { frames: [...opening(frames), error('overloaded')], ending: 'end' }
    case 'error-late':
      return { frames: [...frames.filter(one => one.part !== 'end'), error('server')], ending: 'end' }
    case 'reset-after-end':
      return { frames: unclosed(frames), ending: 'reset' }
    case 'hang-after-end':
      return { frames: unclosed(frames), ending: 'hang' }
    case 'malformed':
      return { frames: [...upToText(frames), broken(frames)], ending: 'end' }
    default:
      return { frames, ending: 'end' }
  }
}

/** The whole answer, but for the frame with which chat completions close the stream. */
function unclosed(frames: Frame[]): Frame[] {
  return frames.filter(({ bytes }) => !bytes.includes('[DONE]'))
}

/** A fault in the middle needs a middle. */
function withMatter(turn: Turn, isInCall: boolean, ask: Ask): Turn {
  const text = turn.text ?? 'Three alerts are firing, the oldest'
  const calls = turn.calls ?? [{ name: turn.tool ?? ask.tools[0] ?? 'remove', args: { id: 'delete-me-not' } }]
  return isInCall || turn.fault === 'error-late' ? { ...turn, calls } : { ...turn, text }
}

function opening(frames: Frame[]): Frame[] {
  return frames.filter(({ part }) => part === 'start' || part === 'ping')
}

/** All to the last piece of text: whatever would close it is missing. */
function upToText(frames: Frame[]): Frame[] {
  return frames.slice(0, frames.findLastIndex(({ part }) => part === 'text') + 1)
}

/** To the middle of the first call's arguments; where they come in one frame, to the middle of that. */
function upToArgs(frames: Frame[]): Frame[] {
  const first = frames.findIndex(({ part }) => part === 'args')
  const length = frames.slice(first).findIndex(({ part }) => part !== 'args')
  const middle = frames[first + Math.floor(length / 2)]
  if (length > 1 || !middle) return frames.slice(0, first + Math.floor(length / 2))
  return [...frames.slice(0, first), { ...middle, bytes: middle.bytes.slice(0, middle.bytes.length / 2) }]
}

function broken(frames: Frame[]): Frame {
  const whole = frames.findLast(({ part }) => part === 'text')?.bytes.trimEnd() ?? 'data: {'
  return { part: 'other', bytes: `${whole.slice(0, -3)}\n\n` }
}
