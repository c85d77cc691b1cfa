import { EXIT } from '../../../base/errors.ts'
import { readEnvironment } from '../../../config/env.ts'
import { readUserSettings, settingNames, settingsFile, USER_SETTINGS } from '../../../config/settings/user.ts'
import type { Run } from '../../context.ts'
import { tableText } from '../../print/table.ts'

export const run: Run = async ({ print }) => {
  const { configHome } = readEnvironment()
  const settings = await readUserSettings(configHome)
  if (print.mode === 'json') {
    print.json(Object.fromEntries(settingNames().map(name => [name, settings[name] ?? null])))
    return EXIT.ok
  }
  const rows = settingNames().map(name => ({
    cells: [name, settings[name] === undefined ? '-' : textOf(settings[name]), USER_SETTINGS[name].meaning],
  }))
  const columns = [{ head: 'SETTING' }, { head: 'VALUE' }, { head: 'MEANING', least: 20 }]
  print.result(tableText(columns, rows, print.layout))
  print.note(`kept in ${settingsFile(configHome)}; flags and the configuration itself win`)
  return EXIT.ok
}

function textOf(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
