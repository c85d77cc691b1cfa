const TAGS = ['<think>', '<thinking>']

/**
 * Separates the answer from the thoughts that a model without a reasoning parser writes into its text, as `<think>` blocks
 * at the beginning. A tag in the middle of an answer belongs to the answer.
 */
export function splitThoughts() {
  let state: 'start' | 'thought' | 'answer' = 'start'
  let held = ''
  let close = ''
  let hasThought = false

  /** Moves on as far as `held` decides. */
  function advance(): string {
    if (state === 'thought') {
      const at = held.indexOf(close)
      // The closing tag may arrive in pieces.
      held = at < 0 ? held.slice(1 - close.length) : held.slice(at + close.length)
      if (at < 0) return ''
      state = 'start'
    }
    const text = held.trimStart()
    const tag = TAGS.find(one => text.startsWith(one))
    if (tag) {
      state = 'thought'
      hasThought = true
      close = tag.replace('<', '</')
      held = text.slice(tag.length)
      return advance()
    }
    if (TAGS.some(one => one.startsWith(text))) return ''
    state = 'answer'
    return hasThought ? text : held
  }

  return {
    /** The part of the answer that is certain now. */
    take(text: string): string {
      if (state === 'answer') return text
      held += text
      return advance()
    },
    /** What was held back because it could have become a tag. */
    rest: (): string => (state === 'start' ? held : ''),
  }
}
