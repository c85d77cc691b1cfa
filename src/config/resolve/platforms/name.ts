import { didYouMean } from '../../../base/text/words.ts'
import { KINDS, type PlatformInput } from '../../document/platforms-schema.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformKind } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

/** Names that say by themselves whose platform it is. */
export const WELL_KNOWN = [...KINDS, 'demo'] as const

/** Whose API it speaks; undefined where nobody can tell, which is reported. */
export function kindOf(
  context: ResolveContext,
  name: string,
  { kind, base_url }: PlatformInput,
): PlatformKind | undefined {
  checkName(context, name)
  const { reporter } = context
  const at: Path = ['platforms', name]
  const known = WELL_KNOWN.find(one => one === name)
  const wanted = KINDS.find(one => one === kind)
  if (kind !== undefined && !wanted)
    reporter.error([...at, 'kind'], `must be one of ${quoted(KINDS)}${didYouMean(kind, KINDS)}`)
  else if (known && wanted && wanted !== known)
    reporter.error([...at, 'kind'], `"${name}" is always ${known}`, 'give it a name of its own')
  else if (!known && !wanted && base_url === undefined)
    reporter.error(
      at,
      `needs a base_url or a kind${meant(name)}`,
      `base_url: a server that speaks OpenAI's dialect; kind: one of ${KINDS.join(', ')}`,
    )
  if (known) return known
  return kind === undefined && base_url !== undefined ? 'openai' : wanted
}

/** A name is the first part of a route, and typed after --platform. */
function checkName({ reporter }: ResolveContext, name: string): void {
  if (name === '') reporter.error(['platforms', name], 'must not be empty')
  if (name.includes('/')) reporter.error(['platforms', name], 'must not hold a slash')
  if (name === 'auto')
    reporter.error(['platforms', name], 'means that one is picked ("/platform auto")', 'take another name')
}

/** `azure` is too far from `azure_openai` to be a slip of the pen, and is meant nevertheless. */
function meant(name: string): string {
  const whole = name === '' ? [] : KINDS.filter(kind => kind.split('_').includes(name.toLowerCase()))
  return whole.length > 0 ? ` (did you mean ${quoted(whole, ' or ')}?)` : didYouMean(name, KINDS)
}

function quoted(words: readonly string[], between = ', '): string {
  return words.map(word => `"${word}"`).join(between)
}
