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
      const { pid, port, since, doors } = status
      print.note(`serving on port ${port} (pid ${pid}), for ${age(Date.now() - Date.parse(since))}`)
      print.result(tableText(COLUMNS, doors.flatMap(rowsOf), print.layout))
    }
    return EXIT.ok
  } finally {
    await app.close()
  }
}

const COLUMNS: Column[] = [
  { head: 'DOOR' },
  { head: 'TOOLS' },
  { head: 'SESSIONS' },
  { head: 'MISSING', least: 24 },
]

function rowsOf({ customer, tools, sessions, missing }: DoorStatus): TableRow[] {
  const [first, ...others] = missing.map(one => `${one.server}: ${stateWords(one.state)}: ${one.reason}`)
  return [
    { cells: [customer, counted(tools, 'tool'), String(sessions), first ?? ''] },
    ...others.map(text => ({ cells: ['', '', '', text] })),
  ]
}
