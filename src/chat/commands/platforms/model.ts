import type { PlatformChoice } from '../../../app.ts'
import type { SlashCommand } from '../command.ts'
import { AUTO, AUTOMATIC, applyChoice, choicesText, type PlatformWork } from './choice.ts'

export const model: SlashCommand = {
  name: 'model',
  usage: '/model [NAME]',
  summary: 'use this model ("auto": pick one for each question)',
  completion({ platforms, customer }) {
    const names = Map.groupBy(platforms.routes(customer().id), one => one.model)
    const rows = [...names].map(([value, own]) => ({
      value,
      summary: own.map(one => one.platform).join(', '),
    }))
    return [...rows, AUTOMATIC]
  },
  run({ note, platforms, customer }, name) {
    const { id } = customer()
    if (name === '') return note(choicesText(platforms, id))
    note(applyChoice(platforms, id, name === AUTO ? {} : modelChoice(platforms, id, name)))
  },
}

/** The model on the platform that lists it, else on the platform that is already chosen. */
function modelChoice({ choiceOf, routes }: PlatformWork, customerId: string, name: string): PlatformChoice {
  const owner = routes(customerId).find(one => one.model === name)?.platform
  return { platform: owner ?? choiceOf(customerId).platform, model: name }
}
