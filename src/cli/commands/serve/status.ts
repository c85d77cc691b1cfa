import { EXIT } from '../../../base/errors.ts'
import { age, counted } from '../../../base/text/amounts.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import type { DoorStatus, ServerStatus } from '../../../server/running/status.ts'
import type { Run } from '../../context.ts'
import { type Column, type TableRow, tableText } from '../../print/table.ts'
import { askRunning } from './running.ts'

export const run: Run = async ({ print, open }) => {
  const app = await open()
  try {
    const status = (await askRunning(app.stack.state.folder, { kind: 'status' })) as ServerStatus
    if (print.mode === 'json') print.json(status)
    else {
      const { pid, port, since, doors, turnedAway } = status
      print.note(`serving on port ${port} (pid ${pid}), started ${age(Date.now() - Date.parse(since))} ago`)
      print.result(tableText(COLUMNS, doors.flatMap(rowsOf), print.layout))
      const reasons = Object.entries(turnedAway).map(([reason, times]) => `${times} ${TURNED_AWAY[reason]}`)
      if (reasons.length > 0) print.note(`requests refused at the doors: ${reasons.join(', ')}`)
    }
    return EXIT.ok
  } finally {
    await app.close()
  }
}

const TURNED_AWAY: Record<string, string> = {
  stranger: 'from another host or web page',
  unauthorized: 'without a valid token',
  scope: 'with too small a role',
  unavailable: 'while the identity provider did not answer',
}

const COLUMNS: Column[] = [
  { head: 'CUSTOMER', least: 12 },
  { head: 'SERVERS' },
  { head: 'TOOLS', align: 'right' },
  { head: 'SESSIONS', align: 'right' },
  { head: 'CALLS', align: 'right' },
  { head: 'REFUSED', align: 'right' },
]

/** A row for the door, and one for each server that is not ready. */
function rowsOf({ customer, tools, sessions, calls, refused, upstreams }: DoorStatus): TableRow[] {
  const away = upstreams.filter(one => one.state !== 'ready')
  const all = counted(upstreams.length, 'server')
  const servers = away.length === 0 ? `${all} ready` : `${upstreams.length - away.length} of ${all} ready`
  return [
    { cells: [customer, servers, ...[tools, sessions, calls, refused].map(String)] },
    ...away.map(({ server, state, reason = '', hint = '' }) => ({
      cells: [`  ${server}`, stateWords(state)],
      reason,
      hint,
    })),
  ]
}
