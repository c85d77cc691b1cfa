// Whose the processes of this machine are. A pid alone proves nothing: pids are recycled.

import { type ProcessRow, processTable, readProc } from '../base/machine.ts'
import { keyText, type ServerKey } from '../config/project.ts'

/** The environment variable that marks every process we own, so that it can be found without a record. */
export const MARK = 'SUPPORTMAX_OWNER'

/** The mark's value for one server of one owner; an owner is a folder or another unique text. */
export function markOf(owner: string, key: ServerKey): string {
  return `${owner}::${keyText(key)}`
}

/** A process group as it was recorded: its leader, and the program that it runs. */
export interface RecordedGroup {
  group: number
  groupStart: string
  child?: { pid: number; start: string } | undefined
}

/** The living processes of a recorded group that really belong to it. */
export function membersOf(
  record: RecordedGroup,
  mark: string,
  table: ProcessRow[] = processTable(),
): ProcessRow[] {
  const members = table.filter(row => row.group === record.group)
  const leader = table.find(row => row.pid === record.group)
  if (leader) return leader.start === record.groupStart ? members : []
  return members.filter(row => isChild(record, row) || markOn(row.pid) === mark)
}

/** Processes with a mark of this owner, recorded or not. Always empty outside Linux: rely on records there. */
export function markedRows(
  owner: string,
  table: ProcessRow[] = processTable(),
): { key: ServerKey; row: ProcessRow }[] {
  return table.flatMap(row => {
    const mark = markOn(row.pid)
    if (!mark?.startsWith(`${owner}::`)) return []
    const [customer, server] = mark.slice(owner.length + 2).split('/')
    return customer && server ? [{ key: { customer, server }, row }] : []
  })
}

function isChild({ child }: RecordedGroup, row: ProcessRow): boolean {
  return child?.pid === row.pid && child.start === row.start
}

function markOn(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  const entry = readProc(`${pid}/environ`)
    ?.split('\0')
    .find(text => text.startsWith(`${MARK}=`))
  return entry?.slice(MARK.length + 1)
}
