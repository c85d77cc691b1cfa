// The system's keyring: Secret Service (GNOME Keyring, KWallet, KeePassXC), the macOS Keychain.

import { redactedLine } from '../../base/redact.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import type { SecretPlace } from '../../config/project.ts'
import type { SecretAnswer, SecretFault } from '../finding.ts'

/** The value of an entry; undefined if there is none. The keyring may open a dialog to be unlocked. */
export async function askKeyring(
  { service, account }: Extract<SecretPlace, { kind: 'keyring' }>,
  timeoutMs: number,
): Promise<SecretAnswer | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring')
    // Otherwise the kernel's keyring would answer where there is no Secret Service, and be empty after each restart.
    const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
    const value = await orAborted(entry.getPassword(timeout), timeout)
    if (value === null) return undefined
    return value === '' ? fault('the entry is empty', `store the value of ${account} again`) : { value }
  } catch (error) {
    if (timeout.aborted)
      return fault(`no answer within ${milliseconds(timeoutMs)}`, 'unlock the keyring, then retry')
    return faultOf(error)
  }
}

function fault(what: string, hint: string): SecretFault {
  return { reason: `the system keyring: ${what}`, hint }
}

/** By the words of https://crates.io/crates/keyring-core and its stores, and by D-Bus' names of errors. */
function faultOf(error: unknown): SecretFault {
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === 'ERR_MODULE_NOT_FOUND' || /Cannot find (native binding|module|package)/.test(message))
    return fault('its package is not installed', 'reinstall supportmax without `--omit=optional`')
  if (/prompt was dismissed|is locked|locked collection/i.test(message))
    return fault('it is locked', 'unlock the keyring, then retry')
  if (/AccessDenied|access denied|Rejected send message|not permitted|-25293|-25308|-128\b/i.test(message))
    return fault('access denied', "allow access in the keyring's dialog")
  if (/ServiceUnknown|not provided by any \.service/i.test(message))
    return fault('no keyring is running', 'start GNOME Keyring, KWallet or KeePassXC')
  if (/DBUS_SESSION_BUS_ADDRESS|autolaunch|Failed to connect to socket|Connection refused/i.test(message))
    return fault(
      'there is no D-Bus session',
      'start supportmax in a desktop session or under `dbus-run-session`, or use another place',
    )
  if (/ambiguous|more than one/i.test(message))
    return fault('more than one entry matches', 'remove all but one of them')
  return fault(redactedLine(message, 160), "look at the entry in the keyring's own app")
}
