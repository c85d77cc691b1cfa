import { isRecord } from '../../base/records.ts'
import { redactedLine } from '../../base/redact.ts'
import { wrapped } from '../../base/text/columns.ts'
import { visible } from '../../base/text/terminal-text.ts'
import { differencesBetween } from './differences.ts'
import type { Comparison } from './judge.ts'

/** Whether a person has to accept it. */
export function waitsForPerson({ state, isTrusted, deceptions }: Comparison): boolean {
  if (state === 'same') return false
  if (state === 'first' || state === 'new') return !isTrusted || deceptions.length > 0
  return true
}

/** `grafana query`, `grafana prompt triage`, `grafana instructions`. */
export function definitionTitle(server: string, { kind, name }: Pick<Comparison, 'kind' | 'name'>): string {
  const title = kind === 'tool' ? name : `${kind} ${name}`.trim()
  return `${server} ${visible(title)}`
}

/** What a person decides about: the difference, or what is new. Lines of at most `width` columns. */
export function reviewText(server: string, comparison: Comparison, width: number): string {
  const { deceptions } = comparison
  const body = [
    ...deceptions.map(one => `  warning: ${one}`),
    ...(comparison.state === 'changed' ? differenceLines(comparison) : newLines(comparison)),
  ]
  return [`${definitionTitle(server, comparison)}: ${stateWords(comparison)}`, ...body]
    .map(line => wrapped(line, width, { hang: line.startsWith('    ') ? 2 : 0, long: 'cut' }))
    .join('\n')
}

function stateWords({ state, isTrusted, formerName = '', kind }: Comparison): string {
  switch (state) {
    case 'changed':
      return kind === 'instructions' ? 'changed' : 'definition changed'
    case 'renamed':
      return `new name of ${visible(formerName)}`
    case 'gone':
      return 'no longer listed'
    default:
      return isTrusted ? 'new' : 'new, may change something'
  }
}

function differenceLines({ before, after }: Comparison): string[] {
  return differencesBetween(before, after).flatMap(({ path, before, after }) => [
    ...(path === '' ? [] : [`  ${path}`]),
    ...(before === undefined ? [] : [`    - ${before}`]),
    ...(after === undefined ? [] : [`    + ${after}`]),
  ])
}

function newLines({ after, kind }: Comparison): string[] {
  if (kind === 'instructions') return [`    ${visible(redactedLine(String(after), 300))}`]
  const description = isRecord(after) && typeof after.description === 'string' ? after.description : ''
  return description === '' ? [] : [`    ${visible(redactedLine(description, 300))}`]
}

/** The same for a program. */
export function reviewJson(server: string, comparison: Comparison): object {
  const { kind, name, state, formerName, deceptions, before, after } = comparison
  const differences = state === 'changed' ? differencesBetween(before, after) : []
  return {
    server,
    kind,
    name,
    state,
    ...(formerName !== undefined && { formerName }),
    deceptions,
    differences,
  }
}
