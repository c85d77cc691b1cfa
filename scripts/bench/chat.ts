// The chat in a real terminal, with a platform and servers on this machine.

import { byteFigures } from './chat/bytes.ts'
import { keyFigures } from './chat/keys.ts'
import { memoryFigures } from './chat/memory.ts'
import { peerFigures } from './chat/peer.ts'
import { startFigures } from './chat/start.ts'
import { switchingFigures } from './chat/switches.ts'
import { openChatWorld } from './chat/world.ts'
import type { Figure } from './figure.ts'

/** @param folder for configurations and state */
export async function chatFigures(folder: string): Promise<Figure[]> {
  const world = await openChatWorld(folder)
  try {
    return [
      ...(await startFigures(world, folder)),
      ...(await switchingFigures(world)),
      ...(await byteFigures(world)),
      ...(await keyFigures(world)),
      ...(await memoryFigures(world)),
      ...(await peerFigures(world, folder)),
    ]
  } finally {
    await world.end()
  }
}
