import type { SlashCommand } from '../command.ts'
import { AUTO, AUTOMATIC, applyChoice, choicesText } from './choice.ts'

export const platform: SlashCommand = {
  name: 'platform',
  usage: '/platform [NAME]',
  summary: 'use this model platform ("auto": pick one for each question)',
  completion({ platforms, customer }) {
    const names = Map.groupBy(platforms.routes(customer().id), one => one.platform)
    const rows = [...names].map(([value, own]) => ({ value, summary: own.map(one => one.model).join(', ') }))
    return [...rows, AUTOMATIC]
  },
  run({ note, platforms, customer }, name) {
    const { id } = customer()
    if (name === '') return note(choicesText(platforms, id))
    note(applyChoice(platforms, id, name === AUTO ? {} : { platform: name }))
  },
}
