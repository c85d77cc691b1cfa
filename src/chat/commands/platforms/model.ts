import type { SlashCommand } from '../command.ts'
import { AUTO, choiceText, type PlatformWork, takeWish, type Wish } from './wish.ts'

export const model: SlashCommand = {
  name: 'model',
  usage: '/model [NAME]',
  summary: 'use this model ("auto": pick one for each question)',
  completion({ platforms, customer }) {
    const names = new Set(platforms.routes(customer().id).map(one => one.model))
    return [...names, AUTO].map(value => ({ value }))
  },
  run({ note, platforms, customer }, name) {
    const { id } = customer()
    if (name === '') return note(choiceText(platforms, id))
    note(takeWish(platforms, id, name === AUTO ? {} : modelWish(platforms, id, name)))
  },
}

/** A model goes with the platform that lists it, else with the one that is chosen already. */
function modelWish({ wishFor, routes }: PlatformWork, customerId: string, name: string): Wish {
  const owner = routes(customerId).find(one => one.model === name)?.platform
  return { platform: owner ?? wishFor(customerId).platform, model: name }
}
