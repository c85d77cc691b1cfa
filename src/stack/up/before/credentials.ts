import { counted } from '../../../base/text/amounts.ts'
import { firstOf } from '../../../base/text/words.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { Server } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import type { StackEvent } from '../../events.ts'
import type { Stack } from '../../stack.ts'

/** Gets the credentials of these servers from their places. Says so if that takes longer than a moment. */
export async function getCredentials(
  { credentials }: Stack,
  servers: readonly Server[],
  { emit, signal }: { emit(event: StackEvent): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const names = [...new Set(servers.flatMap(credentialNames))]
  const say = () => {
    const open = names.filter(credentials.isUnasked)
    if (open.length > 0)
      emit({ type: 'note', text: `waiting for ${counted(open.length, 'credential')}: ${firstOf(open)}` })
  }
  const timer = setTimeout(say, TIMEOUTS.secretNotice)
  try {
    await credentials.load(names, signal)
  } finally {
    clearTimeout(timer)
  }
}
