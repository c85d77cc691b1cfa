import { spawn } from 'node:child_process'
import { isOnPath } from '../../../base/machine.ts'

/** Opens an address in this person's browser, if there is one that they can see; whether there is. */
export function openInBrowser(
  address: string,
  variables: Readonly<Record<string, string | undefined>>,
): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, PATH } = variables
  const isMac = process.platform === 'darwin'
  const program = isMac ? 'open' : 'xdg-open'
  // Over SSH, it would open on the screen of the other machine, or nowhere.
  const isSeen = isMac ? !SSH_CONNECTION : Boolean(DISPLAY || WAYLAND_DISPLAY)
  if (!isSeen || !isOnPath(program, PATH)) return false
  const child = spawn(program, [address], { detached: true, stdio: 'ignore' })
  // The address is printed as well.
  child.on('error', () => {})
  child.unref()
  return true
}
