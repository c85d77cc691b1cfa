import { isRecord } from '../base/records.ts'
import type { ModelCall } from './platform.ts'

/** A call with its arguments parsed. For a tool without arguments, models write an empty text. */
export function modelCall(id: string, name: string, rawArgs: string): ModelCall {
  return { id, name, args: parsed(rawArgs), rawArgs }
}

/** Arguments to send back in the history: a server may reject broken JSON. */
export function replayArgs(call: ModelCall): string {
  return call.args ? call.rawArgs || '{}' : '{}'
}

function parsed(raw: string): Record<string, unknown> | undefined {
  if (raw.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(raw)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
