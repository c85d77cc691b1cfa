// Normalizes the words of questions and of tools.

const STOP = new Set(
  (
    'a an the of in on at to for from by with and or but is are was were be been do does did have has had can could ' +
    'will would should may i we you they it its me my our your their this that these those there here what which ' +
    'who whom when where why how any some all one no not now right just please show tell give find list get look ' +
    'see check about at up out as if so than then them us let lets know want need many much more most lot thing ' +
    'things going still currently current today moment read fetch return every each per also only by'
  ).split(' '),
)

/** Words people use → words in tool names. */
const MEANS: Record<string, string[]> = {
  alarm: ['alert'],
  fire: ['alert'],
  firing: ['alert'],
  problem: ['alert'],
  wrong: ['alert'],
  broken: ['alert'],
  incident: ['alert'],
  issue: ['alert'],
  outage: ['alert'],
  critical: ['alert'],
  happening: ['alert'],
  mute: ['silence'],
  waiting: ['queue', 'wait'],
  caller: ['queue'],
  busy: ['queue'],
  agent: ['queue', 'agent'],
  wait: ['queue', 'wait'],
  healthy: ['status', 'health'],
  health: ['status', 'health'],
  version: ['status'],
  trend: ['history', 'queue'],
  graph: ['dashboard'],
  chart: ['dashboard'],
  panel: ['dashboard'],
  log: ['log', 'loki'],
  metric: ['metric', 'prometheus'],
}

/** Meaningful words, normalized: lower case, singular, no filler words. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter(word => !STOP.has(word)).map(singular)
}

/** The same, plus words that they can mean. */
export function meaningsOf(text: string): Set<string> {
  const asked = /\bwould\b/i.test(text) ? `${text} preview` : text
  return new Set(wordsOf(asked).flatMap(word => [word, ...(MEANS[word] ?? [])]))
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(ss|us|is)$/.test(word)) return word
  if (word.length > 4 && /(ch|sh|x)es$/.test(word)) return word.slice(0, -2)
  return word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word
}
