// On a real GNOME Keyring, in a D-Bus session of the test's own.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isOnPath } from '../../src/base/machine.ts'
import { newFolder } from '../helpers/folder.ts'

const PROGRAMS = ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool', 'dbus-send']
const missing = PROGRAMS.filter(one => !isOnPath(one, process.env.PATH))
if (missing.length > 0) console.log(`not installed: ${missing.join(', ')}; the keyring is not tested`)

const CREDENTIALS = fileURLToPath(new URL('../../src/secrets/credentials.ts', import.meta.url))

/** Prints what credentials A and B (by name), and N (whose place is named) come to. */
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

/** Runs this shell script, in which "$@" is that program, in a session with a keyring that is unlocked. */
function inSession(script: string): { value: string | null; state: string; reason: string; hint: string }[] {
  const home = newFolder()
  const file = join(home, 'program.ts')
  writeFileSync(file, PROGRAM)
  // It ends with the session.
  const unlock = 'printf password | gnome-keyring-daemon --unlock --components=secrets > daemon.txt'
  const ran = spawnSync(
    'dbus-run-session',
    ['--', 'sh', '-c', `${unlock}\n${script}`, 'sh', process.execPath, file],
    {
      cwd: home,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home },
    },
  )
  const line = ran.stdout.split('\n').find(one => one.startsWith('[['))
  if (line === undefined) throw new Error(ran.stderr)
  return JSON.parse(line).map(
    ([value, { state, reason, hint }]: [string | null, Record<string, string>]) => ({
      value,
      state,
      reason,
      hint,
    }),
  )
}

const store = (account: string, value: string) =>
  `printf %s '${value}' | secret-tool store --label '${account}' service supportmax username '${account}'`

describe.skipIf(missing.length > 0)("the system's keyring", { timeout: 60_000 }, () => {
  it('has what secret-tool stored, under the name or under an account of its own', () => {
    const [a, b, named] = inSession(`${store('A', 'value of A')}\n${store('named', 'named value')}\n"$@"`)
    expect(a).toMatchObject({ value: 'value of A', state: 'found' })
    expect(b).toEqual({ value: null, state: 'missing', reason: '', hint: '' })
    expect(named).toMatchObject({ value: 'named value', state: 'found' })
  })

  it('without an entry that is named says how to store it', () => {
    const [, , named] = inSession('"$@"')
    expect(named).toEqual({
      value: null,
      state: 'failed',
      reason: `the system's keyring: no entry "named" of the service "supportmax"`,
      hint: "run `secret-tool store --label 'named' service 'supportmax' username 'named'`",
    })
  })

  it('that is locked says so, for there is nobody to unlock it', () => {
    const lock = `dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \\
      org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login`
    const [a] = inSession(`${store('A', 'value of A')}\n${lock} >/dev/null\n"$@"`)
    expect(a).toEqual({
      value: null,
      state: 'failed',
      reason: "the system's keyring: it is locked",
      hint: 'unlock the keyring, then retry',
    })
  })

  it('that cannot be reached says so', () => {
    const file = join(newFolder(), 'program.ts')
    writeFileSync(file, PROGRAM)
    const out = execFileSync(process.execPath, [file], { encoding: 'utf8', env: { HOME: '/nonexistent' } })
    expect(JSON.parse(out)[0][1]).toMatchObject({
      reason: "the system's keyring: there is no D-Bus session",
      hint: 'sign in to a desktop session, or use `dbus-run-session`',
    })
  })
})
