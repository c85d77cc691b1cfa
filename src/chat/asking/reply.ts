import type { Effect } from '../../toolset/toolset.ts'

/** What a person says to a call that needs approval. */
export type DialogReply =
  | { kind: 'once' }
  /** Also further calls of this tool in this question, if they do no more than this. */
  | { kind: 'tool'; most: Effect['kind'] }
  | { kind: 'no'; why: string }

/** Every call of a tool, also those that destroy, must be said in full. */
export const ALL_OF_TOOL = 't destructive'

/** What a line means, typed as the answer about a call of this kind. What is not clearly a yes is none. */
export function replyIn(text: string, kind: Effect['kind']): DialogReply | { kind: 'unclear'; hint: string } {
  const words = text.normalize('NFKC').trim()
  const lower = words.toLowerCase().replace(/\s+/g, ' ')
  if (/^y(es)?$/.test(lower)) return { kind: 'once' }
  if (lower === ALL_OF_TOOL && kind === 'destructive') return { kind: 'tool', most: kind }
  if (lower === 't' && kind !== 'destructive') return { kind: 'tool', most: kind }
  if (lower === 't') return unclear(`type \`${ALL_OF_TOOL}\` to allow more than this call; y allows it once`)
  if (/^(no?)?$/.test(lower)) return { kind: 'no', why: '' }
  if (/^(t destructive|y|yes|ok|okay|sure|allow)\b/.test(lower))
    return unclear('type only y to allow it once; any other words refuse it, and are the reason')
  return { kind: 'no', why: words.replace(/^(no?\s*[,:;]|n\s)\s*/i, '') }
}

function unclear(hint: string): { kind: 'unclear'; hint: string } {
  return { kind: 'unclear', hint: `not answered: ${hint}` }
}
