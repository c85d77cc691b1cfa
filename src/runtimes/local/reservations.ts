// Ports that projects of this user have chosen: a program opens its port only seconds after it was chosen.

import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  breakLock,
  createLock,
  isHolderAlive,
  type LockHolder,
  newHolder,
  readHolder,
  removeLock,
} from '../../base/disk/lock-file.ts'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { writeWhole } from '../../base/files.ts'
import { startOf } from '../../base/machine.ts'

export interface Reservations {
  /** Reserves the port for this project while this process lives; false if another project has reserved it. */
  take(port: number): boolean
  /** A port of this project is reserved while this process lives from now on (default: our own process). */
  hold(port: number, pid?: number): void
  /** Gives back what this process has reserved; what its programs hold stays theirs. */
  release(port: number): void
  /** The configuration file of another project that has reserved the port; undefined if none has. */
  foreignHolder(port: number): string | undefined
  /** Removes the reservations of processes that have ended. */
  tidy(): void
}

/** A project. */
interface PortOwner {
  /** Its state folder. */
  owner: string
  configFile: string
}

type PortHolding = LockHolder & PortOwner

/**
 * In a folder beside the state folders, which all projects of this user share, whatever else their environments say. Where
 * that cannot be private to this user, nothing is reserved, and every port can be taken.
 */
export function openReservations(stateHome: string, project: PortOwner): Reservations {
  const folder = join(stateHome, '.ports')
  if (!makePrivateFolder(folder)) return NO_RESERVATIONS
  const fileOf = (port: number) => join(folder, String(port))
  let isTidy = false
  const take = (port: number) =>
    unlessUnusable(true, () => {
      if (!isTidy) removeOld(folder)
      isTidy = true
      return takes(fileOf(port), { ...newHolder(), ...project })
    })
  return {
    take,
    hold(port, pid = process.pid) {
      const holder = { ...newHolder(), ...project, pid, start: startOf(pid) ?? '' }
      if (take(port)) unlessUnusable(undefined, () => writeWhole(fileOf(port), JSON.stringify(holder), 0o600))
    },
    release: port =>
      unlessUnusable(undefined, () => {
        const holder = readHolder(fileOf(port), isHolding)
        if (holder?.pid === process.pid && holder.owner === project.owner) removeLock(fileOf(port), holder.id)
      }),
    foreignHolder: port =>
      unlessUnusable(undefined, () => {
        const holder = readHolder(fileOf(port), isHolding)
        const isForeign = holder && holder.owner !== project.owner && isHolderAlive(holder)
        return isForeign ? holder.configFile : undefined
      }),
    tidy: () => unlessUnusable(undefined, () => removeOld(folder)),
  }
}

const NO_RESERVATIONS: Reservations = {
  take: () => true,
  hold: () => {},
  release: () => {},
  foreignHolder: () => undefined,
  tidy: () => {},
}

/** Two `up`s of one project do not run at once, so what this project has reserved already is kept as it is. */
function takes(file: string, mine: PortHolding): boolean {
  removeUnheld(file)
  return createLock(file, mine) || readHolder(file, isHolding)?.owner === mine.owner
}

/** Reservations of processes that have ended, and what killed programs have left. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (/^\d+$/.test(name)) removeUnheld(file)
    else if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > OLD_MS)
      rmSync(file, { force: true })
  }
}

const OLD_MS = 60_000

function removeUnheld(file: string): void {
  const holder = readHolder(file, isHolding)
  if (holder && !isHolderAlive(holder)) breakLock(file, holder.id)
}

function isHolding(holder: LockHolder): holder is PortHolding {
  const { owner, configFile } = holder as Partial<PortHolding>
  return typeof owner === 'string' && typeof configFile === 'string'
}

/** A full disk, or a folder that was changed by hand, must not keep anything from starting. */
function unlessUnusable<T>(otherwise: T, work: () => T): T {
  try {
    return work()
  } catch {
    return otherwise
  }
}
