// Who runs on this machine, and whose they are. A pid alone proves nothing: it is recycled.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { keyText, type ServerKey } from '../../config/project.ts'
import type { KeptRecord } from './record.ts'

export interface Row {
  pid: number
  group: number
  /** Tells two processes with one pid apart; comparable with another look at this machine only. */
  start: string
}

/** Every kept program and its keeper carry this variable, so that they are found without any record. */
export const MARK = 'SUPPORTMAX_OWNER'

export function markOf(folder: string, key: ServerKey): string {
  return `${folder}::${keyText(key)}`
}

/** All living processes (zombies are dead: they only wait for a parent that may never look). */
export function processTable(): Row[] {
  return process.platform === 'linux' ? tableFromProc() : tableFromPs()
}

/** The living processes of a record's group that are truly its own. */
export function membersOf(record: KeptRecord, mark: string, table: Row[] = processTable()): Row[] {
  const members = table.filter(row => row.group === record.group)
  const leader = table.find(row => row.pid === record.group)
  if (leader) return leader.start === record.groupStart ? members : []
  return members.filter(row => isChild(record, row) || carriesMark(row.pid, mark))
}

/** Processes that carry the folder's mark, with or without a record (Linux; elsewhere the records must do). */
export function markedRows(folder: string, table: Row[] = processTable()): { key: ServerKey; row: Row }[] {
  return table.flatMap(row => {
    const mark = markOn(row.pid)
    if (!mark?.startsWith(`${folder}::`)) return []
    const [customer, server] = mark.slice(folder.length + 2).split('/')
    return customer && server ? [{ key: { customer, server }, row }] : []
  })
}

function isChild(record: KeptRecord, row: Row): boolean {
  return record.child?.pid === row.pid && record.child.start === row.start
}

function carriesMark(pid: number, mark: string): boolean {
  return markOn(pid) === mark
}

function markOn(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  const entry = readProc(`${pid}/environ`)
    ?.split('\0')
    .find(text => text.startsWith(`${MARK}=`))
  return entry?.slice(MARK.length + 1)
}

function tableFromProc(): Row[] {
  const boot = readProc('sys/kernel/random/boot_id')?.trim() ?? ''
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => rowFromStat(readProc(`${name}/stat`), boot))
}

/** proc(5): the command in parentheses may hold spaces and parentheses itself, so count from the last one. */
function rowFromStat(stat: string | undefined, boot: string): Row[] {
  if (!stat) return []
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, group, ticks] = [fields[0], Number(fields[2]), fields[19]]
  if (state === 'Z' || state === 'X' || !group) return []
  return [{ pid: Number.parseInt(stat, 10), group, start: `${boot} ${ticks}` }]
}

function tableFromPs(): Row[] {
  const text = execFileSync('ps', ['-axo', 'pid=,pgid=,stat=,lstart='], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  })
  return text.split('\n').flatMap(line => {
    const [, pid, group, state, start] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    return start && !state?.startsWith('Z') ? [{ pid: Number(pid), group: Number(group), start }] : []
  })
}

/** undefined for a process that is gone or another user's. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return undefined
  }
}
