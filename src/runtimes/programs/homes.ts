// The homes of commands and packages that run as processes of this machine: one for each server of each customer.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerKey } from '../../config/project.ts'
import { programsFolder } from './record.ts'

/** The home of a server, made if it is missing. */
export function makeHome(stateDir: string, { customer, server }: ServerKey): string {
  const home = join(homesIn(stateDir), `${customer}.${server}`)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  return home
}

/** Removes what the servers of these customers kept: another customer of the same id must not find a login there. */
export function removeHomes(stateDir: string, isGone: (customer: string) => boolean): void {
  for (const { path, customer } of homesOf(stateDir))
    if (isGone(customer)) rmSync(path, { recursive: true, force: true })
}

/** Gives the homes of one customer to the id that it has from now on. */
export function moveHomes(stateDir: string, from: string, to: string): void {
  removeHomes(stateDir, customer => customer === to)
  for (const { path, customer, server } of homesOf(stateDir))
    if (customer === from) renameSync(path, join(homesIn(stateDir), `${to}.${server}`))
}

function homesIn(stateDir: string): string {
  return join(programsFolder(stateDir), 'homes')
}

/** Neither id can contain a dot. */
function homesOf(stateDir: string): (ServerKey & { path: string })[] {
  const folder = homesIn(stateDir)
  if (!existsSync(folder)) return []
  return readdirSync(folder).map(name => {
    const [customer = '', server = ''] = name.split('.')
    return { customer, server, path: join(folder, name) }
  })
}
