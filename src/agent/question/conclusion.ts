import { redactedLine } from '../../base/redact.ts'
import { countText } from '../../base/text/amounts.ts'
import type { Failed } from '../events.ts'
import { failedWith } from './failures.ts'
import { LONGEST_TEXT, type ModelTurn } from './turn.ts'

/** Of a model's words that refuse, in characters. */
const LONGEST_REFUSAL = 200

/** What a turn without calls means: an answer, or why there is none. */
export function conclusion(turn: ModelTurn): { type: 'text'; text: string } | Failed {
  if (turn.reason === 'filtered') return failedWith(refusalText(turn.text), 'rephrase the question')
  if (turn.reason === 'length' && !turn.text.trim())
    return failedWith(
      'the model reached its output limit before it had written an answer or a whole tool call',
      'ask for less at once, or choose another --model',
    )
  if (!turn.text.trim())
    return failedWith('the model returned an empty answer', 'ask again, or choose another --model')
  return { type: 'text', text: turn.text + cutNote(turn) }
}

function cutNote({ reason }: ModelTurn): string {
  if (reason === 'too-long') return `\n\n_[cut off after ${countText(LONGEST_TEXT)} characters]_`
  return reason === 'length' ? "\n\n_[cut off at the model's output limit]_" : ''
}

function refusalText(words: string): string {
  const refused = "the model refused to answer, or the platform's content filter blocked it"
  return words.trim() ? `${refused}: ${redactedLine(words.trim(), LONGEST_REFUSAL)}` : refused
}
