import { spawnSync } from 'node:child_process'
import { newFolder } from './folder.ts'

/** Makes an empty folder a disk of its own that can be filled; false where that is impossible. Needs root on Linux. */
export function mountSmall(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status === 0
}

/** Makes a small disk read-only. */
export function freezeSmall(folder: string): void {
  const { status, stderr } = spawnSync('mount', ['-o', 'remount,ro', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

export function unmountSmall(folder: string): void {
  spawnSync('umount', [folder])
}

/** Why no small disk can be mounted here; undefined if one can. */
export function smallDiskMissing(): string | undefined {
  const folder = newFolder()
  if (!mountSmall(folder)) return 'no small disk can be mounted here (needs root)'
  unmountSmall(folder)
  return undefined
}
