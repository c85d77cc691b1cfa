import type { Dialect } from '../catalog/vendors.ts'

/** What one dialect accepts in a tool. */
export interface DialectRules {
  /** Tools in one request. */
  most: number
  /** Characters of a tool's description. */
  longestText: number
  /** Nesting depth of objects and lists. */
  deepest: number
  /** Values in one enum. */
  mostEnum: number
  /** Keywords in addition to type, enum, properties, required, items, additionalProperties, anyOf and description. */
  keywords: ReadonlySet<string>
  /** undefined = any. */
  formats: ReadonlySet<string> | undefined
  /** undefined = any. */
  property: RegExp | undefined
  /** Whether `type` may be a list, and anyOf may be combined with other keywords. */
  unions: boolean
  /** Whether enums may contain only strings and numbers. */
  plainEnums: boolean
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const ALL = words(
  'title default examples format pattern minLength maxLength minItems maxItems uniqueItems minimum maximum ' +
    'exclusiveMinimum exclusiveMaximum multipleOf minProperties maxProperties',
)

export const RULES: Record<Dialect, DialectRules> = {
  // https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools (128 functions). Functions are sent
  // with strict: false, so most of JSON Schema is accepted. Descriptions over 1,024 characters used to be rejected, and
  // compatible servers still reject them.
  openai: {
    most: 128,
    longestText: 1_024,
    deepest: 10,
    mostEnum: 500,
    keywords: ALL,
    formats: words('date-time time date duration email hostname ipv4 ipv6 uuid'),
    property: undefined,
    unions: true,
    plainEnums: false,
  },
  // JSON Schema 2020-12; the pattern of property keys is from its error message. No limit on tools is documented; we use
  // the strictest vendor's, so that a conversation keeps its tools when it switches platforms.
  anthropic: {
    most: 128,
    longestText: 8_000,
    deepest: 12,
    mostEnum: 500,
    keywords: ALL,
    formats: undefined,
    property: /^[a-zA-Z0-9_.-]{1,64}$/,
    unions: true,
    plainEnums: false,
  },
  // Keywords (`responseJsonSchema`), names (`FunctionDeclaration.parameters`) and the limit of 512 declarations are from
  // the type definitions of @google/genai. The depth is not documented: schemas with five levels of objects were rejected
  // ("exceeds the maximum allowed nesting depth").
  google: {
    most: 512,
    longestText: 8_000,
    deepest: 4,
    mostEnum: 200,
    keywords: words('title format minItems maxItems minimum maximum'),
    formats: words('date-time date time int32 int64 float double'),
    property: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
    unions: false,
    plainEnums: true,
  },
  // For our own rules; schemas are simplified so that the rules need not handle every odd one.
  demo: {
    most: Number.POSITIVE_INFINITY,
    longestText: 8_000,
    deepest: 12,
    mostEnum: 500,
    keywords: ALL,
    formats: undefined,
    property: undefined,
    unions: true,
    plainEnums: false,
  },
}
