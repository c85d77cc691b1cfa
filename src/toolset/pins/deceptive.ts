// What makes a definition look like another one, or hides a part of it from the person who reads it.

import { isRecord } from '../../base/records.ts'
import { skeleton } from '../../base/text/letters/look-alikes.ts'
import { visible } from '../../base/text/terminal-text.ts'
import { lazily } from '../../base/waiting/lazily.ts'
import type { PinKind } from './lock-file.ts'

/** Invisible, or changes how its neighbours are shown. Unicode 17, chapters 23.2 to 23.9. */
const INVISIBLE = /(?![\n\r\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
/** Their joiners and variation selectors are part of what is seen. */
const emoji = lazily(() => /\p{RGI_Emoji}/gv)

/** Where a definition deceives and by what, for a person to read: `description: invisible \u{200b}`. */
export function deceptionsIn(
  kind: PinKind,
  name: string,
  definition: unknown,
  otherTools: ReadonlySet<string> = new Set(),
): string[] {
  const names = kind === 'instructions' ? [] : [['name', name] as const, ...namesIn(definition)]
  const twin = kind === 'tool' ? twinOf(name, otherTools) : undefined
  return [
    ...invisibleIn(kind === 'instructions' ? { instructions: definition } : { name, of: definition }),
    ...names.flatMap(([where, one]) => scriptsIn(where, one)),
    ...(twin === undefined ? [] : [`name: looks like ${visible(twin)}`]),
  ]
}

function invisibleIn(definition: Record<string, unknown>): string[] {
  const found = new Map<string, Set<string>>()
  const walk = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      const hidden: readonly string[] = value.replace(emoji(), '').match(INVISIBLE) ?? []
      if (hidden.length > 0) found.set(field, new Set([...(found.get(field) ?? []), ...hidden]))
    } else if (Array.isArray(value)) for (const one of value) walk(one, field)
    else if (isRecord(value))
      for (const [key, one] of Object.entries(value)) {
        const own = field === 'of' ? shownField(key) : field
        walk(key, own)
        walk(one, own)
      }
  }
  for (const [field, value] of Object.entries(definition)) walk(value, field)
  return [...found].map(([field, hidden]) => {
    const [first = '', ...more] = [...hidden].map(visible)
    const shown = [first, ...more.slice(0, 4)].join(' ')
    return `${field}: invisible ${shown}${more.length > 4 ? ` and ${more.length - 4} more` : ''}`
  })
}

/** A field of a definition as it may be shown. */
export function shownField(field: string): string {
  const words = visible(field)
  return words.length > 40 ? `${words.slice(0, 39)}…` : words
}

/** The names that a model writes: properties of the arguments, and arguments of a prompt. */
function namesIn(definition: unknown): (readonly [string, string])[] {
  if (!isRecord(definition)) return []
  const { inputSchema, arguments: args } = definition
  const properties = isRecord(inputSchema) && isRecord(inputSchema.properties) ? inputSchema.properties : {}
  const list = Array.isArray(args) ? args : []
  return [
    ...Object.keys(properties).map(one => ['inputSchema', one] as const),
    ...list.flatMap(one =>
      isRecord(one) && typeof one.name === 'string' ? [['arguments', one.name] as const] : [],
    ),
  ]
}

const scripts = lazily(() =>
  ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu', 'Georgian'].map(
    script => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const,
  ),
)

function scriptsIn(where: string, name: string): string[] {
  if (/^[ -~]*$/.test(name)) return []
  const used = scripts()
    .filter(([, letter]) => letter.test(name))
    .map(([script]) => script)
  const others = [...name].filter(one => one > '~')
  const which = [...new Set(others)]
    .map(one => `\\u{${one.codePointAt(0)?.toString(16)}}`)
    .slice(0, 5)
    .join(' ')
  if (used.length > 1) return [`${where}: mixes ${used.join(' and ')} letters (${which})`]
  return name.normalize('NFKC') === name.normalize('NFC')
    ? []
    : [`${where}: letters that look like plain ones (${which})`]
}

/** A tool of another name that a person would read the same way. */
function twinOf(name: string, others: ReadonlySet<string>): string | undefined {
  return bySkeleton(others)
    .get(asRead(name))
    ?.find(one => one !== name)
}

const indexes = new WeakMap<ReadonlySet<string>, Map<string, string[]>>()

/** A customer may have thousands of tools: each is compared to those that look like it, not to all. */
function bySkeleton(names: ReadonlySet<string>): Map<string, string[]> {
  const known = indexes.get(names)
  if (known) return known
  const index = Map.groupBy(names, asRead)
  indexes.set(names, index)
  return index
}

function asRead(name: string): string {
  return skeleton(name).replace(/\s+/g, ' ').trim()
}
