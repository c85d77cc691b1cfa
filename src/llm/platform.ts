// The seam behind which model vendors live.

/** A model that answers. stream() ends with exactly one `finish`, or throws a PlatformFault. */
export interface Platform {
  readonly name: string
  readonly model: string
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** One turn's input, in words that every vendor's dialect can be made from. */
export interface ModelRequest {
  system: string
  messages: Message[]
  tools: ToolSpec[]
}

export type Message =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; calls: ModelCall[]; carry?: Carry | undefined }
  | { role: 'tool'; callId: string; name: string; text: string; isError: boolean }

/**
 * What a platform wants back unread with the next turn (encrypted reasoning). It belongs to the account and model
 * that made it: whoever is not its owner leaves it out.
 */
export interface Carry {
  owner: string
  items: readonly unknown[]
}

export interface ModelCall {
  id: string
  name: string
  /** Parsed JSON; undefined where the model wrote something that is no JSON object. */
  args: Record<string, unknown> | undefined
  /** As the model wrote it. */
  rawArgs: string
}

export interface ToolSpec {
  name: string
  description: string
  inputSchema: Record<string, unknown>
}

export type ModelEvent =
  | { type: 'text'; text: string }
  | { type: 'thinking' }
  /** Run calls only after `finish`: a stream that breaks after a complete call must not leave it run. */
  | { type: 'call'; call: ModelCall }
  | {
      type: 'finish'
      reason: 'stop' | 'calls' | 'length' | 'filtered'
      usage: Usage | undefined
      carry?: Carry | undefined
    }

export interface Usage {
  inputTokens: number
  outputTokens: number
}

export type PlatformFaultKind =
  | 'auth'
  | 'rate_limit'
  | 'server'
  | 'network'
  | 'timeout'
  | 'truncated'
  | 'bad_request'
  | 'not_found'
  | 'aborted' // by whoever asked

export class PlatformFault extends Error {
  readonly kind: PlatformFaultKind
  readonly platform: string
  constructor(platform: string, kind: PlatformFaultKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'PlatformFault'
    this.kind = kind
    this.platform = platform
  }
}
