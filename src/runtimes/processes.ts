// Which processes run on this machine, and whose they are. A pid alone proves nothing: pids are recycled.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { keyText, type ServerKey } from '../config/project.ts'

export interface ProcessRow {
  pid: number
  group: number
  /** When it started, as text. Tells two processes with the same pid apart; compare it only on the same machine. */
  start: string
}

/** The environment variable that marks every process we own, so that it can be found without a record. */
export const MARK = 'SUPPORTMAX_OWNER'

/** The mark's value for one server of one owner; an owner is a folder or another unique text. */
export function markOf(owner: string, key: ServerKey): string {
  return `${owner}::${keyText(key)}`
}

/** All living processes. Zombies count as dead: they only wait for their parent, perhaps forever. */
export function processTable(): ProcessRow[] {
  return process.platform === 'linux' ? tableFromProc() : tableFromPs()
}

/** When the process with this pid started; undefined for a pid that is not in use. */
export function startOf(pid: number): string | undefined {
  return processTable().find(row => row.pid === pid)?.start
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

function tableFromProc(): ProcessRow[] {
  const boot = readProc('sys/kernel/random/boot_id')?.trim() ?? ''
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => rowFromStat(readProc(`${name}/stat`), boot))
}

/** proc(5): the command in parentheses may itself contain spaces and parentheses, so count fields from the last one. */
function rowFromStat(stat: string | undefined, boot: string): ProcessRow[] {
  if (!stat) return []
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, group, ticks] = [fields[0], Number(fields[2]), fields[19]]
  if (state === 'Z' || state === 'X' || !group) return []
  return [{ pid: Number.parseInt(stat, 10), group, start: `${boot} ${ticks}` }]
}

function tableFromPs(): ProcessRow[] {
  const text = execFileSync('ps', ['-axo', 'pid=,pgid=,stat=,lstart='], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  })
  return text.split('\n').flatMap(line => {
    const [, pid, group, state, start] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    return start && !state?.startsWith('Z') ? [{ pid: Number(pid), group: Number(group), start }] : []
  })
}

/** undefined for a process that is gone or belongs to another user. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return undefined
  }
}
