import { isRecord, parsedJson } from '../../base/records.ts'
import type { ModelCall } from '../platform.ts'

/**
 * A call with its arguments parsed. For a tool without arguments, models write an empty text or null; some servers encode
 * the arguments twice.
 */
export function modelCall(id: string, name: string, rawArgs: string): ModelCall {
  if (rawArgs.trim() === '') return { id, name, args: {}, rawArgs }
  const value = parsedJson(rawArgs)
  if (value === null) return { id, name, args: {}, rawArgs: '{}' }
  const inner = typeof value === 'string' ? parsedJson(value) : undefined
  if (isRecord(inner)) return { id, name, args: inner, rawArgs: String(value) }
  return { id, name, args: isRecord(value) ? value : undefined, rawArgs }
}

/** Arguments to send back in the history: a server may reject broken JSON. */
export function replayArgs(call: ModelCall): string {
  return call.args ? call.rawArgs || '{}' : '{}'
}
