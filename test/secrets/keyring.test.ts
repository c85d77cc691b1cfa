// On a real GNOME Keyring.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { missingForKeyring, SERVICES, startBus, startKeyring, type TestKeyring } from '../helpers/keyring.ts'

const missing = missingForKeyring()
if (missing.length > 0) console.log(`not installed: ${missing.join(', ')}; the keyring is not tested`)

const CREDENTIALS = fileURLToPath(new URL('../../src/secrets/credentials.ts', import.meta.url))

/** In a process of its own, because the library reads the address of the session from its environment. */
const PROGRAM = `
  import { loadCredentials } from ${JSON.stringify(CREDENTIALS)}
  const settings = {
    from: { N: { kind: 'keyring', service: 'supportmax', account: 'named' } },
    keyring: 'supportmax', cacheMs: 1000, timeoutMs: 10000,
  }
  const credentials = loadCredentials(process.argv[1] + '.env', {}, { settings, isAllowed: () => true })
  await credentials.load(['A', 'B', 'N'])
  console.log(JSON.stringify(['A', 'B', 'N'].map(name => [credentials.get(name), credentials.find(name)])))
  process.exit()
`

interface Told {
  value: string | null
  state: string
  reason: string
  hint: string
}

/** What credentials A and B, and N, whose place is named, come to. */
function told(env: Record<string, string>): Told[] {
  const file = join(newFolder(), 'program.ts')
  writeFileSync(file, PROGRAM)
  const out = execFileSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { HOME: '/nonexistent', ...env },
  })
  return JSON.parse(out).map(([value, { state, reason, hint }]: [string | null, Told]) => ({
    value,
    state,
    reason,
    hint,
  }))
}

describe.skipIf(missing.length > 0)('the system keyring', { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  beforeEach(async () => {
    keyring = closing(await startKeyring())
  })

  it('has what secret-tool stored, under the name or under an account of its own', () => {
    keyring.store('A', 'value of A')
    keyring.store('named', 'named value')
    const [a, b, named] = told(keyring.env)
    expect(a).toMatchObject({ value: 'value of A', state: 'found' })
    expect(b).toEqual({ value: null, state: 'missing', reason: '', hint: '' })
    expect(named).toMatchObject({ value: 'named value', state: 'found' })
  })

  it('without an entry that is named says how to store it', () => {
    const [, , named] = told(keyring.env)
    expect(named).toEqual({
      value: null,
      state: 'failed',
      reason: 'the system keyring has no entry "named" in the service "supportmax"',
      hint: 'run `secret-tool store --label named service supportmax username named`',
    })
  })

  it('that is locked says so if nobody can unlock it', () => {
    keyring.store('A', 'value of A')
    keyring.lock()
    const [a] = told(keyring.env)
    expect(a).toEqual({
      value: null,
      state: 'failed',
      reason: 'the system keyring: it is locked',
      hint: 'unlock the keyring, then retry',
    })
  })

  it.each<[what: string, session: Parameters<typeof startBus>[0], reason: string, hint: string]>([
    [
      'without a session',
      undefined,
      'there is no D-Bus session',
      'start supportmax in a desktop session or under `dbus-run-session`, or use another place',
    ],
    [
      'in a session without a keyring',
      {},
      'no keyring is running',
      'start GNOME Keyring, KWallet or KeePassXC',
    ],
    [
      'that this program may not talk to',
      { elements: SERVICES, rules: '<deny send_destination="org.freedesktop.secrets"/>' },
      'access denied',
      "allow access in the keyring's dialog",
    ],
  ])('%s says so', async (_, session, reason, hint) => {
    const bus = session && closing(await startBus(session))
    const [a] = told(bus ? { DBUS_SESSION_BUS_ADDRESS: bus.address } : {})
    expect(a).toEqual({ value: null, state: 'failed', reason: `the system keyring: ${reason}`, hint })
  })
})
