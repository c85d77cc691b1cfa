import { milliseconds } from '../base/text/amounts.ts'
import type { Dialogs } from './asking/dialogs.ts'
import type { ViewStore } from './view/store.ts'
import type { ChatTerminal } from './work.ts'

/** The terminal, while another program has it: no dialog gets ready that the person does not see. */
export function terminalAway(terminal: ChatTerminal, dialogs: Dialogs, store: ViewStore): ChatTerminal {
  return {
    ...terminal,
    page: (text, form) => dialogs.unseen(terminal.page(text, form)),
    edit: text => dialogs.unseen(terminal.edit(text)),
    async suspend() {
      const from = Date.now()
      const isDone = await dialogs.unseen(terminal.suspend())
      if (isDone && store.view().asking !== undefined)
        store.note(
          `the chat was stopped for ${milliseconds(Date.now() - from)}; the question kept running`,
          'quiet',
        )
      return isDone
    },
  }
}
