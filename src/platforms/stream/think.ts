/**
 * How models write their thoughts into the text where the server has no parser for them: Qwen, DeepSeek and others as
 * `<think>` blocks, gpt-oss in the channels of its harmony format (mlx-lm#1867, TensorRT-LLM#9256).
 */
const BLOCKS: readonly { open: string; close: string }[] = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '<|channel|>', close: '<|channel|>final<|message|>' },
]

const CLOSING = ['</think>', '</thinking>']

/**
 * Whether a server's template opens the block in the prompt, so that answers begin inside it and only the closing tag
 * arrives: Qwen and DeepSeek on vLLM (#17144, #31045), SGLang (#8363), llama.cpp (#23320), Ollama (#18044), LM Studio
 * (obsidian-copilot#2153). Known from its first such answer on.
 */
export interface ThinkingHabit {
  isOpenInPrompt: boolean
}

/** The next part of an answer. */
interface Part {
  text: string
  /** Everything before it was thoughts. */
  isRetraction: boolean
}

/**
 * Separates the answer from the thoughts at its beginning. A tag in the middle of an answer belongs to the answer, except a
 * closing one without an opening one: everything before it was thoughts, if it is not in code.
 */
export function splitThoughts(habit: ThinkingHabit = { isOpenInPrompt: false }) {
  const blocks = skipBlocks(habit)
  const closing = findClosing(habit)

  function partOf(text: string): Part {
    return blocks.hasThought() ? { text, isRetraction: false } : closing.take(text)
  }

  return {
    take: (text: string): Part => partOf(blocks.take(text)),
    /** What was held back because it could have become a tag. Text in front of calls may turn out to be thoughts. */
    end(hasCalls: boolean): Part {
      const rest = partOf(blocks.end())
      const last = closing.end(hasCalls)
      return { text: rest.text + last.text, isRetraction: last.isRetraction }
    },
  }
}

/** Skips the blocks at the beginning. */
function skipBlocks(habit: ThinkingHabit) {
  let state: 'start' | 'thought' | 'answer' = 'start'
  let held = ''
  let ends: readonly string[] = []
  let hasThought = false

  function begin(): string {
    const text = held.trimStart()
    const block = BLOCKS.find(({ open }) => text.startsWith(open))
    if (block) return think(text, [block.close])
    const closing = hasThought ? [] : CLOSING
    const empty = closing.find(tag => text.startsWith(tag))
    if (empty) return next(text.slice(empty.length))
    const tags = [...BLOCKS.map(({ open }) => open), ...closing]
    if (tags.some(tag => tag.startsWith(text))) return ''
    if (habit.isOpenInPrompt && !hasThought) return think(held, CLOSING)
    state = 'answer'
    return hasThought ? text : held
  }

  /** Another block may follow. */
  function next(rest: string): string {
    state = 'start'
    hasThought = true
    held = rest
    return begin()
  }

  function think(text: string, until: readonly string[]): string {
    state = 'thought'
    ends = until
    const end = firstOf(ends, text)
    if (end) return next(text.slice(end.behind))
    // The whole text where it may be an answer after all, otherwise only what may be half a tag.
    held = ends === CLOSING ? text : text.slice(-LONGEST_TAG)
    return ''
  }

  return {
    hasThought: () => hasThought,
    take(text: string): string {
      if (state === 'answer') return text
      held += text
      return state === 'thought' ? think(held, ends) : begin()
    },
    end(): string {
      if (state === 'start') return held
      // Thoughts that nothing has opened or closed are an answer after all.
      if (state !== 'thought' || ends !== CLOSING) return ''
      habit.isOpenInPrompt = false
      return held
    },
  }
}

/** Finds a closing tag in an answer that did not begin with an opening one. */
function findClosing(habit: ThinkingHabit) {
  let state: 'searching' | 'found' | 'over' = 'searching'
  let shown = ''
  let held = ''

  function search(): string {
    const end = firstOf(CLOSING, held)
    const before = shown + held.slice(0, end?.at)
    const isClosing = end && !isInCode(before) && !BLOCKS.some(({ open }) => before.includes(open))
    if (isClosing) state = 'found'
    // The tag itself is shown unless it closes thoughts.
    const piece = held.slice(0, isClosing ? end.at : (end?.behind ?? held.length - halfTag(held)))
    held = held.slice(isClosing ? end.behind : piece.length)
    shown += piece
    return end && !isClosing ? piece + search() : piece
  }

  /** Nothing but thoughts would be no answer, so they are retracted only when something follows. */
  function retract(isFollowed: boolean): Part {
    if (!isFollowed) return { text: '', isRetraction: false }
    state = 'over'
    habit.isOpenInPrompt = true
    return { text: held.trimStart(), isRetraction: true }
  }

  return {
    take(text: string): Part {
      if (state === 'over') return { text, isRetraction: false }
      held += text
      const piece = state === 'searching' ? search() : ''
      const isOver = state !== 'searching' && held.trim() !== ''
      return isOver ? retract(true) : { text: piece, isRetraction: false }
    },
    end(hasCalls: boolean): Part {
      if (state === 'found') return retract(hasCalls)
      return { text: state === 'over' ? '' : held, isRetraction: false }
    },
  }
}

const LONGEST_TAG = Math.max(...BLOCKS.map(({ close }) => close.length))

/** The first of several tags in a text: where it begins, and where the text after it begins. */
function firstOf(tags: readonly string[], text: string): { at: number; behind: number } | undefined {
  return tags
    .map(tag => ({ at: text.indexOf(tag), behind: text.indexOf(tag) + tag.length }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)[0]
}

/** How many characters at the end may be the beginning of a closing tag. */
function halfTag(text: string): number {
  const at = text.lastIndexOf('<')
  return at >= 0 && CLOSING.some(tag => tag.startsWith(text.slice(at))) ? text.length - at : 0
}

/** Whether a text ends inside a code block or code span of Markdown. */
function isInCode(text: string): boolean {
  return (text.split('`').length - 1) % 2 === 1
}
