// A GNOME Keyring that is unlocked, in a D-Bus session of the test's own.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isOnPath } from '../../src/base/machine.ts'
import { newFolder } from './folder.ts'
import { until } from './until.ts'

const PROGRAMS = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool']

/** The programs for it that are not installed. */
export function missingForKeyring(): string[] {
  return PROGRAMS.filter(one => !isOnPath(one, process.env.PATH))
}

export interface TestKeyring {
  /** For a program that is to reach it. */
  env: Record<string, string>
  store(account: string, value: string): void
  lock(): void
  close(): Promise<void>
}

/** Whoever asks for a service waits until it runs. */
export const SERVICES = '<standard_session_servicedirs/>'

export interface TestBus {
  address: string
  close(): Promise<void>
}

/**
 * A D-Bus session with these elements in its configuration, and rules besides those that allow everything. Without
 * SERVICES, it starts nothing by itself.
 */
export async function startBus({ elements = '', rules = '' } = {}): Promise<TestBus> {
  const folder = newFolder()
  const config = join(folder, 'session.conf')
  const allow = '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>'
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>unix:dir=${folder}</listen><auth>EXTERNAL</auth>${elements}
      <policy context="default">${allow}${rules}</policy></busconfig>`,
  )
  const bus = spawn('dbus-daemon', ['--config-file', config, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(bus, 'exit')
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string]
  return {
    address,
    async close() {
      bus.kill()
      await ended
    },
  }
}

/** The daemon of the keyring ends with that of the session. */
export async function startKeyring(): Promise<TestKeyring> {
  const home = newFolder()
  const { address, close } = await startBus()
  const env = { HOME: home, XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: address }
  const run = (program: string, args: string[], input = '') =>
    execFileSync(program, args, { env: { ...env, PATH: process.env.PATH }, input, stdio: 'pipe' })
  const ask = (method: string, argument: string) => {
    const service = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets']
    const call = [`org.freedesktop.Secret.Service.${method}`, argument]
    return run('dbus-send', ['--session', '--print-reply', ...service, ...call]).toString()
  }
  run('gnome-keyring-daemon', ['--unlock', '--components=secrets'], 'password')
  // It goes on starting in the background.
  await until('the keyring', () => ask('ReadAlias', 'string:default').includes('/collection/login'))
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    store(account, value) {
      const attributes = ['service', 'supportmax', 'username', account]
      run('secret-tool', ['store', '--label', account, ...attributes], value)
    },
    lock: () => void ask('Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'),
    close,
  }
}
