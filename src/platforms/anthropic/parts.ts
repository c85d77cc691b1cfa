import type {
  RawContentBlockStartEvent,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages/messages'
import { modelCall } from '../calls/model-call.ts'
import type { ModelCall, ModelEvent, Usage } from '../platform.ts'
import type { CarriedItem } from './history.ts'

type Block = Exclude<CarriedItem, { type: 'tool_use' }> | Use
interface Use {
  type: 'tool_use'
  id: string
  name: string
  json: string
}

const ALIVE: ModelEvent = { type: 'thinking' }

/** Collects one answer from its stream. */
export function collectAnswer() {
  const blocks: Partial<Record<number, Block>> = {}
  let counts: Counts | undefined
  let stopReason: StopReason | null = null
  let model: string | undefined
  const allBlocks = () => Object.values(blocks).filter(block => block !== undefined)
  return {
    take(event: RawMessageStreamEvent): ModelEvent {
      if (event.type === 'message_start') {
        counts = event.message.usage
        model = event.message.model
      }
      if (event.type === 'message_delta') {
        counts = updated(counts, event.usage)
        stopReason = event.delta.stop_reason ?? stopReason
      }
      if (event.type === 'content_block_start') blocks[event.index] = newBlock(event.content_block)
      if (event.type !== 'content_block_delta') return ALIVE
      return extend(blocks[event.index], event.delta)
    },
    calls: (): ModelCall[] =>
      allBlocks().flatMap(block =>
        block.type === 'tool_use' ? modelCall(block.id, block.name, block.json) : [],
      ),
    /** Blocks to send back with the next turn, in order; empty if the model did not think. */
    carried: (): CarriedItem[] => (allBlocks().some(isThought) ? allBlocks().map(itemOf) : []),
    isEmpty: () => allBlocks().every(isThought),
    stopReason: () => stopReason,
    model: () => model,
    usage: () => counts && usageOf(counts),
  }
}

function newBlock(block: RawContentBlockStartEvent['content_block']): Block | undefined {
  if (block.type === 'tool_use') {
    const isWhole = Object.keys((block.input as object | null) ?? {}).length > 0
    return {
      type: 'tool_use',
      id: block.id,
      name: block.name,
      json: isWhole ? JSON.stringify(block.input) : '',
    }
  }
  if (block.type === 'text') return { type: 'text', text: block.text }
  if (block.type === 'thinking')
    return { type: 'thinking', thinking: block.thinking, signature: block.signature }
  return block.type === 'redacted_thinking' ? { type: 'redacted_thinking', data: block.data } : undefined
}

type Delta = Extract<RawMessageStreamEvent, { type: 'content_block_delta' }>['delta']

/** Adds `delta` to the block. */
function extend(block: Block | undefined, delta: Delta): ModelEvent {
  if (block?.type === 'text' && delta.type === 'text_delta') {
    block.text += delta.text
    return { type: 'text', text: delta.text }
  }
  if (block?.type === 'thinking' && delta.type === 'thinking_delta') block.thinking += delta.thinking
  if (block?.type === 'thinking' && delta.type === 'signature_delta') block.signature += delta.signature
  if (block?.type === 'tool_use' && delta.type === 'input_json_delta') block.json += delta.partial_json
  return ALIVE
}

function isThought(block: Block): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking'
}

function itemOf(block: Block): CarriedItem {
  return block.type === 'tool_use' ? { type: 'tool_use' } : block
}

type Counts = Partial<
  Record<
    'input_tokens' | 'output_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens',
    number | null
  >
>

/** Both events count from the start of the answer; the later one may omit counts that have not changed. */
function updated(counts: Counts | undefined, later: Counts): Counts {
  const given = Object.entries(later).filter(([, value]) => typeof value === 'number')
  return { ...counts, ...Object.fromEntries(given) }
}

function usageOf(counts: Counts): Usage {
  const cacheReadTokens = counts.cache_read_input_tokens ?? 0
  const cacheWriteTokens = counts.cache_creation_input_tokens ?? 0
  return {
    // Anthropic's own number excludes tokens read from or written to the cache.
    inputTokens: (counts.input_tokens ?? 0) + cacheReadTokens + cacheWriteTokens,
    outputTokens: counts.output_tokens ?? 0,
    cacheReadTokens,
    cacheWriteTokens,
  }
}
