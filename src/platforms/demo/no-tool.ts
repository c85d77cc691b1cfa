// What the demo model answers when it calls no tool.

import type { ToolSpec } from '../platform.ts'
import { NOTICE } from './answer.ts'
import { changeIn, isChange, withVerb } from './change.ts'
import { nameWithoutServer, pickTools, serverOf } from './pick.ts'
import { wordsOf } from './words.ts'

/** Words to ask with, listed only if a tool goes with them. */
const WORDS =
  'alerts, silences, alert groups, queues, waiting, history, agents, dashboards, metrics, logs, status'.split(
    ', ',
  )

/** Says which words it understands, and lists the tools. @param isTask whether supportmax asks, and not a person */
export function answerWithoutTool(tools: readonly ToolSpec[], isTask: boolean): string {
  if (tools.length === 0 && isTask) return `Rules propose nothing: that takes a language model.\n\n${NOTICE}`
  if (tools.length === 0) return `This customer has no tools available right now.\n\n${NOTICE}`
  const words = WORDS.filter(word => pickTools(word, tools).length > 0).map(word => `*${word}*`)
  const understood =
    words.length === 0
      ? ''
      : ` The demo model understands English words such as ${words.join(', ')}, names in quotation marks, and labels such as \`site=hamburg\`.`
  return `No tool matches this question.${understood} Available tools:\n\n${listOf(tools)}\n\n${NOTICE}`
}

/** Says why no tool made the change that the question asks for. */
export function answerToChange(question: string, tools: readonly ToolSpec[], isReadOnly: boolean): string {
  return `${whyNot(question, tools, isReadOnly)}\n\n${NOTICE}`
}

function whyNot(question: string, tools: readonly ToolSpec[], isReadOnly: boolean): string {
  if (isReadOnly)
    return 'Nothing was changed: this customer is **read-only** here, and tools that change something are not offered.'
  const words = new Set(wordsOf(withVerb(question)))
  const meant = tools.find(({ name }) => {
    const own = wordsOf(nameWithoutServer(name).replace(/[_-]/g, ' '))
    return isChange(nameWithoutServer(name)) && own.every(word => words.has(word))
  })
  if (!meant)
    return `Nothing was changed: no tool of this customer can ${changeIn(question)} that. \`/tools\` lists what there is.`
  const needed = ((meant.inputSchema.required ?? []) as string[]).map(name => `\`${name}\``)
  return `Nothing was changed: \`${nameWithoutServer(meant.name)}\` needs ${needed.join(', ')} in the question.`
}

function listOf(tools: readonly ToolSpec[]): string {
  const servers = Map.groupBy(tools, tool => serverOf(tool.name))
  const lines = [...servers].map(([server, own]) => {
    const names = own.map(tool => `\`${nameWithoutServer(tool.name)}\``)
    const title = server === undefined ? '' : `**${server}**: `
    return `- ${title}${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`
  })
  return lines.join('\n')
}
