import type { Shelf } from '../../store/transcripts/shelf.ts'
import type { Stack } from '../stack.ts'

/** The transcripts of a project's customers. Nothing is opened before the first use. */
export async function openTranscripts(
  { state }: Stack,
  warn: (text: string) => void = () => {},
): Promise<Shelf> {
  const { openShelf } = await import('../../store/transcripts/shelf.ts')
  return openShelf({
    folder: state.folder,
    mayKeep: () => true,
    warn: reason => warn(`conversations are not being kept: ${reason}`),
  })
}
