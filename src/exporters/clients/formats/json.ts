import { getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { itemText } from '../../../config/edit/json-text.ts'
import { withoutPart, withProperty } from '../../../config/edit/place.ts'
import { type EntryFormat, entriesIn, UnreadableText } from './format.ts'

const STYLE = { step: '  ', eol: '\n', longest: 60 }

/** JSON, with comments and trailing commas where the client takes them. */
export const JSON_FORMAT: EntryFormat = {
  read: readJson,
  insert(text, { container, name }, entry) {
    if (text.trim() === '') return `${itemText({ [container]: { [name]: entry } }, '', STYLE)}\n`
    const document = readJson(text) as Record<string, unknown>
    if (container in document) return withProperty(text, [container], name, entry)
    return withProperty(text, [], container, { [name]: entry })
  },
  remove(text, place) {
    const rest = withoutPart(text, [place.container, place.name])
    return entriesIn(readJson(rest), place)?.size === 0 ? withoutPart(rest, [place.container]) : rest
  },
  print: ({ container, name }, entry) => itemText({ [container]: { [name]: entry } }, '', STYLE),
}

function readJson(text: string): unknown {
  // A byte order mark is not JSON, but counts in the offsets.
  const json = text.replace(/^\uFEFF/, ' ')
  if (json.trim() === '') return undefined
  const faults: ParseError[] = []
  const root = parseTree(json, faults, { allowTrailingComma: true })
  const [fault] = faults
  if (fault || !root) {
    const before = json.slice(0, fault?.offset ?? 0).split('\n')
    const reason = fault ? wordsOf(printParseErrorCode(fault.error)) : 'is not JSON'
    throw new UnreadableText(before.length, (before.at(-1)?.length ?? 0) + 1, reason)
  }
  return getNodeValue(root)
}

/** `CommaExpected` as `comma expected`. */
function wordsOf(code: string): string {
  return code.replace(/(?<=.)([A-Z])/g, ' $1').toLowerCase()
}
