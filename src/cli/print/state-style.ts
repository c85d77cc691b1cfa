import type { ServerState } from '../../stack/events.ts'
import type { Style } from './printer.ts'

/** The colour of each state. */
export const STATE_STYLES: Record<ServerState, Style> = {
  ready: 'green',
  starting: 'dim',
  stopped: 'yellow',
  degraded: 'yellow',
  auth_required: 'red',
  unhealthy: 'red',
  crash_loop: 'red',
  missing_credentials: 'red',
}
