import type { Dialog, View } from './view.ts'

export function withDialog(view: View, id: number, change: Partial<Dialog>): View {
  return { ...view, dialogs: view.dialogs.map(one => (one.id === id ? { ...one, ...change } : one)) }
}
