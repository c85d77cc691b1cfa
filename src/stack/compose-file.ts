// The project's docker-compose.mcps.yml: where it is, what it should contain, and writing it.

import { dirname, join } from 'node:path'
import { SupportError } from '../base/errors.ts'
import { fileStamp, readIfThere, writeWhole } from '../base/files.ts'
import type { Customer, Project } from '../config/project.ts'
import { COMPOSE_MARK, type ComposeFile, composeFile } from '../exporters/compose/compose.ts'
import { grantLeases, type Leases, readLeases } from '../exporters/compose/leases.ts'

/** Path of the project's compose file. */
export function composePath(project: Project): string {
  return join(dirname(project.file), 'docker-compose.mcps.yml')
}

/**
 * The compose file as it should be now, with the leases of the file at `path`, else of the project's own. `only` limits
 * the text to some customers; leases are granted over all.
 */
export function wantedCompose(
  project: Project,
  { path = composePath(project), only }: { path?: string; only?: readonly Customer[] | undefined } = {},
): ComposeFile {
  const other = path === composePath(project) ? undefined : readIfThere(path)
  const leases = other === undefined ? leasesOf(project) : grantLeases(project, readLeases(other, path))
  return composeFile(project, { folder: dirname(path), leases, ...(only ? { only } : {}) })
}

const granted = new WeakMap<Project, { stamp: string; leases: Leases }>()

/**
 * The project's leases: those in its compose file, and new ones for servers without. Reading them takes longer with each
 * customer, so they are cached until the file changes.
 */
export function leasesOf(project: Project): Leases {
  const path = composePath(project)
  const stamp = fileStamp(path)
  const known = granted.get(project)
  if (known?.stamp === stamp) return known.leases
  const leases = grantLeases(project, readLeases(readIfThere(path) ?? '', path))
  granted.set(project, { stamp, leases })
  return leases
}

/** Writes the compose file if it differs, and returns whether it did. Never overwrites a file that is not ours. */
export function writeCompose(path: string, text: string): boolean {
  const there = readIfThere(path)
  if (there === text) return false
  if (there !== undefined && there.trim() !== '' && !there.startsWith(COMPOSE_MARK))
    throw new SupportError('usage', `${path}: not written by supportmax`, {
      hint: 'move it away, or write another file with `supportmax compose generate --output FILE`',
    })
  writeWhole(path, text)
  return true
}
