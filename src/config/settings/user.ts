// What one person prefers, for all configurations. Flags, and what a configuration says itself, win over it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SupportError } from '../../base/errors.ts'

/** `auto`: as the background of the terminal is dark or light. `contrast`: the same, with the strongest contrast. */
export const THEME_NAMES = ['auto', 'dark', 'light', 'contrast'] as const
export type ThemeName = (typeof THEME_NAMES)[number]

/** Undefined: no preference. */
export interface UserSettings {
  /** Name or id of the customer that `chat` opens, in a configuration that has it. */
  customer?: string
  runtime?: 'auto' | 'docker' | 'local'
  /** Whether a terminal gets colors. */
  color?: boolean
  /** Whether a chat rings and notifies when an approval waits or a long answer is there. */
  notify?: boolean
  /** Colours of chats. */
  theme?: ThemeName
  /** Model platform of chats, in a configuration that has it and orders none. */
  platform?: string
}

/** What each setting means, and how its text is read. */
export const USER_SETTINGS: {
  [Key in keyof UserSettings]-?: { meaning: string; read(text: string): UserSettings[Key] }
} = {
  customer: { meaning: 'customer that `chat` opens, if the configuration names none', read: nameFrom },
  runtime: {
    meaning: 'auto, docker or local, if the configuration names none',
    read: text => (text === 'auto' || text === 'docker' || text === 'local' ? text : undefined),
  },
  color: { meaning: 'on or off: whether a terminal gets colors', read: switchFrom },
  notify: {
    meaning: 'on or off: whether `chat` rings when an approval waits or a long answer is there',
    read: switchFrom,
  },
  theme: {
    meaning: `${THEME_NAMES.join(', ')}: colours of \`chat\``,
    read: text => THEME_NAMES.find(one => one === text),
  },
  platform: { meaning: 'model platform of `chat`, if the configuration orders none', read: nameFrom },
}

function switchFrom(text: string): boolean | undefined {
  return text === 'on' || text === 'true' ? true : text === 'off' || text === 'false' ? false : undefined
}

function nameFrom(text: string): string | undefined {
  return text !== '' && text.length <= 100 ? text : undefined
}

export type SettingName = keyof UserSettings

const NAME = 'settings'

/** Where they are kept: `settings.json` in this folder. */
export function settingsFile(folder: string): string {
  return join(folder, `${NAME}.json`)
}

/** The settings that are kept; a value that means nothing is left out. Throws `usage` for a broken file. */
export async function readUserSettings(folder: string): Promise<UserSettings> {
  // Most people have none, and the library takes longer to load than many commands work.
  if (!existsSync(settingsFile(folder))) return {}
  const { store } = await openStore(folder)
  return Object.fromEntries(
    settingNames().flatMap(name => {
      const value = store[name]
      const known = value === undefined ? undefined : USER_SETTINGS[name].read(String(value))
      return known === undefined ? [] : [[name, known]]
    }),
  )
}

/** Keeps one setting; undefined removes it. */
export async function writeUserSetting(folder: string, name: SettingName, value: unknown): Promise<void> {
  const store = await openStore(folder)
  if (value === undefined) store.delete(name)
  else store.set(name, value)
}

export function settingNames(): SettingName[] {
  return Object.keys(USER_SETTINGS) as SettingName[]
}

async function openStore(folder: string) {
  const { default: Conf } = await import('conf')
  try {
    return new Conf<Record<string, unknown>>({ cwd: folder, configName: NAME, configFileMode: 0o600 })
  } catch (error) {
    throw new SupportError('usage', `${settingsFile(folder)}: is not valid JSON`, {
      hint: 'correct it, or remove the file',
      cause: error,
    })
  }
}
