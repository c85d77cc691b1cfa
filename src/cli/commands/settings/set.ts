import { EXIT, SupportError } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/text/words.ts'
import { readEnvironment } from '../../../config/env.ts'
import {
  type SettingName,
  settingNames,
  USER_SETTINGS,
  writeUserSetting,
} from '../../../config/settings/user.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print }, [word = '', text], options) => {
  const name = settingNamed(word)
  const { meaning, read } = USER_SETTINGS[name]
  const isRemoved = options.unset === true
  const value = isRemoved || text === undefined ? undefined : read(text)
  if (!isRemoved && value === undefined)
    throw new SupportError(
      'usage',
      text === undefined ? `${name}: the value is missing` : `${name}: must be ${meaning}`,
      {
        hint: `run \`supportmax settings set ${name} VALUE\`, or add --unset to remove it`,
      },
    )
  await writeUserSetting(readEnvironment().configHome, name, value)
  print.note(isRemoved ? `${name} is no longer set` : `${name} is ${text}`)
  return EXIT.ok
}

function settingNamed(word: string): SettingName {
  const known = settingNames()
  const name = known.find(one => one === word)
  if (name !== undefined) return name
  throw new SupportError('usage', `no such setting "${word.slice(0, 40)}"${didYouMean(word, known)}`, {
    hint: `use one of: ${known.join(', ')}`,
  })
}
