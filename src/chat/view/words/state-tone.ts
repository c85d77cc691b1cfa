import type { Tone } from '../view.ts'

const TONES: Record<string, Tone> = { ready: 'info', starting: 'quiet', stopped: 'warn', degraded: 'warn' }

/** How a server's state looks; a state that is not in the list needs a person. */
export function stateTone(state: string): Tone {
  return TONES[state] ?? 'bad'
}
