import type { ChatContext, SlashCommand } from './command.ts'

/** At the end of what a command says while it waits. */
export const ESC_STOPS = '(Esc stops)'

/** Slash commands that wait for something, such as a server or a model. */
export interface RunningCommands {
  /** Settles when the command is over; shows why it failed, or that it was stopped. */
  run(command: SlashCommand, rest: string, context: ChatContext): Promise<void>
  /** Stops the one that began last. False if none is waiting. */
  stop(): boolean
}

/** @param leaving fires when the person leaves */
export function openRunningCommands(leaving: AbortSignal): RunningCommands {
  const waiting = new Set<AbortController>()

  return {
    async run(command, rest, context) {
      const own = new AbortController()
      waiting.add(own)
      try {
        await command.run(context, rest, AbortSignal.any([own.signal, leaving]))
      } catch (error) {
        if (own.signal.aborted) context.note(`/${command.name} was stopped`, 'quiet', command.whenStopped)
        else if (!leaving.aborted) context.showError(error)
      } finally {
        waiting.delete(own)
      }
    },
    stop() {
      const last = [...waiting].at(-1)
      if (last) waiting.delete(last)
      last?.abort(new Error('stopped'))
      return last !== undefined
    },
  }
}
