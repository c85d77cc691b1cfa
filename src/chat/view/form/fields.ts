// What a server asks in a form, as fields. MCP allows flat fields only: text, numbers, yes or no, and choices.

import { isRecord } from '../../../base/records.ts'
import { unmarked } from '../../../base/text/letters/look-alikes.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'

export interface FormField {
  name: string
  title: string
  about: string
  isRequired: boolean
  kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices'
  /** Of a text: `email`, `uri`, `date`, `date-time`. */
  format: string | undefined
  /** Of a number, of a text's length, or of how many are chosen. */
  least: number | undefined
  most: number | undefined
  options: readonly FormOption[]
  /** The server's default, if it is of this kind. */
  standard: FormValue | undefined
}

export type FormValue = string | number | boolean | readonly string[]

interface FormOption {
  value: string
  label: string
}

/** A person would not read more. */
const MOST_FIELDS = 40
const MOST_OPTIONS = 100
/** In characters. */
const LONGEST_TITLE = 60
const LONGEST_ABOUT = 240
const LONGEST_NAME = 200

/** Servers must not ask for secrets in a form. English, German, Spanish, French, Portuguese and Italian, without accents. */
const PASSWORD = /pass(word|wort|wd|phrase|code)|kennwort|contrasena|mot de passe|senha\b|parola d'ordine/i
/** In a description, these are ordinary words. */
const SECRET =
  /secret|geheim|segreto|token|api ?key|private ?key|access ?key|credential|zugangsdaten|\b(pin|otp|cvv|pwd|clave|chave)\b/i

/** The fields, or why the form is not shown. */
export function fieldsOf(schema: unknown): { fields: FormField[] } | { refused: string } {
  const properties = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {}
  const entries = Object.entries(properties)
  if (entries.length > MOST_FIELDS) return { refused: `its form has ${entries.length} fields` }
  const required = isRecord(schema) && Array.isArray(schema.required) ? schema.required : []
  const fields: FormField[] = []
  for (const [name, property] of entries) {
    const field = isRecord(property) ? fieldOf(name, property, required.includes(name)) : undefined
    if (!field) return { refused: `its field ${shown(name)} is of a kind that forms do not have` }
    if (isSecret(field, property)) return { refused: `it asks for a secret: ${shown(field.title)}` }
    fields.push(field)
  }
  return { fields }
}

/** `apiKey` and `api_key` as `api key`, without accents and what cannot be seen. */
function plainWords(text: string): string {
  return unmarked(text)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
}

/** In a sentence, where `token` is an ordinary word. */
export function isAboutPassword(sentence: string): boolean {
  return PASSWORD.test(plainWords(sentence))
}

function isSecret({ name, title, about, kind }: FormField, property: unknown): boolean {
  if (kind !== 'text') return false
  const words = [name, title].map(plainWords)
  return (
    [name, title, about].some(isAboutPassword) ||
    words.some(one => SECRET.test(one)) ||
    (isRecord(property) && property.format === 'password')
  )
}

function fieldOf(
  name: string,
  property: Record<string, unknown>,
  isRequired: boolean,
): FormField | undefined {
  const kind = kindOf(property)
  if (name.length > LONGEST_NAME || kind === undefined) return undefined
  const options = optionsOf(kind === 'choices' && isRecord(property.items) ? property.items : property)
  if (kind.startsWith('choice') && (options.length === 0 || options.length > MOST_OPTIONS)) return undefined
  const limit = { text: 'Length', choices: 'Items' }[kind as string] ?? 'imum'
  const numberAt = (key: string) => (typeof property[key] === 'number' ? property[key] : undefined)
  const { title, description, format } = property
  return {
    name,
    title: cleanLine(typeof title === 'string' ? title.slice(0, 1_000) : name, LONGEST_TITLE) || shown(name),
    about: cleanLine(typeof description === 'string' ? description.slice(0, 4_000) : '', LONGEST_ABOUT),
    isRequired,
    kind,
    format: typeof format === 'string' ? cleanLine(format, 20) : undefined,
    least: numberAt(`min${limit}`),
    most: numberAt(`max${limit}`),
    options,
    standard: standardOf(property.default, kind, options),
  }
}

function shown(name: string): string {
  return cleanLine(name.slice(0, LONGEST_NAME), LONGEST_TITLE)
}

function kindOf({ type, ...property }: Record<string, unknown>): FormField['kind'] | undefined {
  if (type === 'array') return 'choices'
  if (type === 'string') return optionsOf(property).length > 0 ? 'choice' : 'text'
  return type === 'number' || type === 'integer' || type === 'boolean' ? type : undefined
}

/** `enum`, with `enumNames` in older revisions, or `oneOf` and `anyOf` with a `const` and a `title` each. */
function optionsOf(property: Record<string, unknown>): FormOption[] {
  const { enum: values, enumNames, oneOf, anyOf } = property
  const titled: unknown = oneOf ?? anyOf
  if (Array.isArray(titled)) return titled.flatMap(one => (isRecord(one) ? option(one.const, one.title) : []))
  if (!Array.isArray(values)) return []
  const names = Array.isArray(enumNames) ? enumNames : []
  return values.flatMap((one, i) => option(one, names[i]))
}

function option(value: unknown, label: unknown): FormOption[] {
  if (typeof value !== 'string' || value.length > 1_000) return []
  const words = typeof label === 'string' && label !== '' ? label.slice(0, 1_000) : value
  return [{ value, label: cleanLine(words, LONGEST_TITLE) }]
}

function standardOf(
  value: unknown,
  kind: FormField['kind'],
  options: readonly FormOption[],
): FormValue | undefined {
  const isOption = (one: unknown): one is string => options.some(({ value }) => value === one)
  if (kind === 'choices') return Array.isArray(value) && value.every(isOption) ? value : undefined
  if (kind === 'choice') return isOption(value) ? value : undefined
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined
  if (kind === 'text') return typeof value === 'string' && value.length <= 1_000 ? value : undefined
  return typeof value === 'number' && (kind === 'number' || Number.isInteger(value)) ? value : undefined
}
