import { EXIT } from '../../../base/errors.ts'
import { counted, milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { keyOf, keyText, type Server } from '../../../config/project.ts'
import type { Stack } from '../../../stack/stack.ts'
import { watchCredentials } from '../../../stack/up/watch.ts'
import { errorText, explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'

interface Watching {
  print: Printer
  stack: Stack
  servers: readonly Server[]
  signal: AbortSignal
  /** Starts these servers again, and shows it. */
  again(changed: ReadonlySet<Server>): Promise<void>
}

/** The rest of `up --watch`, until Ctrl+C. */
export async function watch({ print, stack, servers, signal, again }: Watching): Promise<number> {
  const message = `watching the credentials of ${counted(servers.length, 'server')}; press Ctrl+C to stop (the servers keep running)`
  print.note(explainedText({ message }, print.noteLayout))
  await watchCredentials(stack, {
    servers,
    signal,
    async onChange(changed) {
      const keys = changed.map(one => keyText(keyOf(one)))
      print.note(`${new Date().toLocaleTimeString('en-GB')} credential changed: ${keys.join(', ')}`)
      try {
        await again(new Set(changed))
        return true
      } catch (error) {
        // For example, the engine is being restarted. Ctrl+C ends the loop anyway.
        if (!signal.aborted)
          print.error(
            `${errorText(error as Error, print.noteLayout)}\ntrying again in ${milliseconds(TIMEOUTS.watchRetry)}`,
          )
        return false
      }
    },
  })
  return EXIT.ok
}
