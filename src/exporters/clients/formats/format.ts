import { SupportError } from '../../../base/errors.ts'
import { isRecord } from '../../../base/records.ts'

/** How the files of one syntax are read and edited. Everything but the entry stays as it is, byte for byte. */
export interface EntryFormat {
  /** The whole document; undefined for an empty one. Throws what is wrong, with its place. */
  read(text: string): unknown
  /** The text with a new entry at the end of the container. */
  insert(text: string, place: EntryPlace, entry: object): string
  /** The text without the entry, and without the container if that is empty then. */
  remove(text: string, place: EntryPlace): string
  /** The entry alone, as a person would add it. */
  print(place: EntryPlace, entry: object): string
}

/** Where the entry of one server is. */
export interface EntryPlace {
  /** Key of the container in the document, such as `mcpServers`. */
  container: string
  /** An object by name, or a list of objects that have a `name`. */
  kind: 'object' | 'list'
  name: string
  /** What a new file needs besides. */
  head?: Readonly<Record<string, unknown>> | undefined
}

/** What is wrong in a file of another program; the caller adds the file's name. */
export class UnreadableText extends Error {
  readonly line: number
  readonly column: number

  constructor(line: number, column: number, reason: string) {
    super(reason)
    this.line = line
    this.column = column
  }
}

/** The entries of the container by name; undefined for a container that is something else. */
export function entriesIn(
  document: unknown,
  { container, kind }: EntryPlace,
): Map<string, unknown> | undefined {
  if (document === undefined || document === null) return new Map()
  if (!isRecord(document)) return undefined
  const found = document[container]
  if (found === undefined || found === null) return new Map()
  if (kind === 'object') return isRecord(found) ? new Map(Object.entries(found)) : undefined
  if (!Array.isArray(found)) return undefined
  return new Map(found.filter(isRecord).map(one => [String(one.name), one]))
}

/** Thrown where an edit of the text would change more than the entry. */
export function cannotEdit(place: EntryPlace): SupportError {
  return new SupportError(
    'failed',
    `"${place.container}" cannot be edited without changing the rest of the file`,
    {
      hint: 'add --print, and edit the file by hand',
    },
  )
}

/** The line ending of a text. */
export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** The text with a line ending at its end, unless it is empty. */
export function withLastEol(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${eolOf(text)}`
}
