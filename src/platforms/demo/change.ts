// Questions that ask for a change of the customer's systems.

const CHANGES = new Set('create delete remove update set add expire write edit start stop post'.split(' '))

/** Whether the tool changes something, by its name. Such a tool is picked only if the question uses that word. */
export function isChange(name: string): boolean {
  return name.split(/[_-]/).some(word => CHANGES.has(word))
}

const POLITE = /^\s*(?:(?:please|now|ok|then|can|could|would|you|i want to)[\s,]+)*/i
/** Not "start with the alerts", "make a list" or "silence list". */
const VERB =
  /^(?:(create|make|add|expire|end|delete|remove|update|edit|set|start|stop|extend|unmute|acknowledge|restart)\s+(?!(?:with|of|by|at|sure|(?:me )?an? (?:list|summary|overview|report|table|note))\b)\S|(silence|mute)\s+(?:\w+[=!]|(?:the|this|that|these|all|every|any|it|alerts?)\b))/i

/** The verb of a request such as `please expire the silence`; undefined if the question only wants to know. */
export function changeIn(question: string): string | undefined {
  const [, verb, mute] = VERB.exec(question.replace(POLITE, '')) ?? []
  return (verb ?? mute)?.toLowerCase()
}

/** `silence site=hamburg` as `create a silence for site=hamburg`, and `end the silence` as `expire the silence`. */
export function withVerb(question: string): string {
  if (changeIn(question) === undefined) return question
  const request = question.replace(POLITE, '')
  if (/^(silence|mute)\s+\w+(=|!)/i.test(request)) return request.replace(/^\w+/, 'create a silence for')
  if (/^make\s/i.test(request)) return request.replace(/^make/i, 'create')
  return /^(end|remove|delete)\s.*\bsilence\b/i.test(request) ? request.replace(/^\w+/, 'expire') : question
}
