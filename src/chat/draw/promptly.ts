import type { ViewStore } from '../view/store.ts'

/**
 * Draws at once what a person waits for: the tools of a customer, and a dialog. All else is drawn 30 times a second, so Ink would
 * keep these back for up to two frames. Returns what ends it.
 */
export function drawPromptly(
  { view, subscribe }: Pick<ViewStore, 'view' | 'subscribe'>,
  flush: () => Promise<void>,
): () => void {
  let { phase, dialogs } = view()
  return subscribe(() => {
    const now = view()
    if (now.phase !== phase || now.dialogs !== dialogs) void flush()
    ;({ phase, dialogs } = now)
  })
}
