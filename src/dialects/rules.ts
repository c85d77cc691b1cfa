import type { Dialect } from '../catalog/vendors.ts'

/** What one dialect takes of a tool. */
export interface Rules {
  /** Tools in one request. */
  most: number
  /** Characters of a tool's description. */
  longestText: number
  /** Objects and lists inside one another. */
  deepest: number
  /** Values of one enum. */
  mostEnum: number
  /** Keywords beside type, enum, properties, required, items, additionalProperties, anyOf and description. */
  keywords: ReadonlySet<string>
  /** undefined = any. */
  formats: ReadonlySet<string> | undefined
  /** undefined = any. */
  property: RegExp | undefined
  /** A `type` may be a list, and alternatives may stand beside other keywords. */
  unions: boolean
  /** Enums of strings and numbers only. */
  plainEnums: boolean
  /** Where an error message names a tool's place in the request. */
  blame: RegExp
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const ALL = words(
  'title default examples format pattern minLength maxLength minItems maxItems uniqueItems minimum maximum ' +
    'exclusiveMinimum exclusiveMaximum multipleOf minProperties maxProperties',
)

export const RULES: Record<Dialect, Rules> = {
  // https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools (128 functions). Functions are sent
  // as not strict, so most of JSON Schema passes. A description over 1,024 was refused for long, and still is by
  // servers that speak this dialect.
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
    blame: /\btools\[(\d+)\]/g, // tools[3].function.parameters
  },
  // JSON Schema 2020-12; property keys as its error message tells them. No number of tools is documented: as many
  // as the strictest, so that a conversation that changes its platform keeps its tools.
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
    blame: /\btools\.(\d+)\b/g, // tools.3.custom.input_schema
  },
  // The keywords of `responseJsonSchema`, the names of `FunctionDeclaration.parameters` and the 512 declarations are
  // those of the type definitions of @google/genai. The depth is not documented: schemas with five levels of objects
  // were refused ("exceeds the maximum allowed nesting depth").
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
    blame: /\bfunction_?declarations\[(\d+)\]/gi,
  },
  // Rules of our own read it; made plain so that they need not know every odd schema.
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
    blame: /(?!)()/g,
  },
}
