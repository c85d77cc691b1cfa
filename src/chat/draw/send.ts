import type { SendDialog } from '../view/dialogs.ts'
import type { Piece } from './text/wrap.ts'

/** The question whether to send a question, which may be for another customer. */
export function sendPieces({ why, hint }: SendDialog): Piece[] {
  return [
    { text: 'not sent yet: ', tones: ['warning'] },
    { text: why, tones: ['strong'] },
    { text: ` · ${hint}`, tones: ['quiet'] },
  ]
}
