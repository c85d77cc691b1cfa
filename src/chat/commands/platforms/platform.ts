import type { SlashCommand } from '../command.ts'
import { AUTO, applyChoice, choicesText } from './choice.ts'

export const platform: SlashCommand = {
  name: 'platform',
  usage: '/platform [NAME]',
  summary: 'use this model platform ("auto": pick one for each question)',
  completion({ platforms, customer }) {
    const names = new Set(platforms.routes(customer().id).map(one => one.platform))
    return [...names, AUTO].map(value => ({ value }))
  },
  run({ note, platforms, customer }, name) {
    const { id } = customer()
    if (name === '') return note(choicesText(platforms, id))
    note(applyChoice(platforms, id, name === AUTO ? {} : { platform: name }))
  },
}
