// Schemas as real servers write them, each with valid arguments.

export interface Nasty {
  name: string
  schema: unknown
  /** Arguments that must stay valid in every compiled form of the schema. */
  valid: Record<string, unknown>[]
  /** The tool is left out: no call is valid by the schema, or nobody can know which. */
  isLeft?: true
  /** Validate it by draft 7 rather than 2020-12. */
  isDraft7?: true
  /** Try only `valid`: not a schema of any draft, or its alternatives do not mention each other's arguments. */
  isLoose?: true
}

const tree = {
  type: 'object',
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
  required: ['name'],
}
const cyclic: Record<string, unknown> = { type: 'object', properties: {} }
cyclic.properties = { self: cyclic, list: { type: 'array', items: cyclic } }
cyclic.allOf = [cyclic, cyclic]

function deep(levels: number): Record<string, unknown> {
  const inner = levels > 0 ? deep(levels - 1) : { type: 'string' }
  return { type: 'object', properties: { in: inner }, required: ['in'] }
}
const deepValue = (levels: number): Record<string, unknown> => ({
  in: levels > 0 ? deepValue(levels - 1) : 'end',
})

/** Each schema refers to all the others, so the expanded form would be infinite. */
const knot = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [
    `k${i}`,
    {
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 9 }, (_, j) => [`p${j}`, { $ref: `#/$defs/k${j}` }]),
      ),
    },
  ]),
)
const codes = Array.from({ length: 900 }, (_, i) => `code-${i}`)

export const NASTY: Nasty[] = [
  { name: 'empty', schema: {}, valid: [{}, { anything: 1 }] },
  { name: 'no type', schema: { properties: { q: { type: 'string' } } }, valid: [{ q: 'x' }] },
  { name: 'no properties', schema: { type: 'object' }, valid: [{}, { a: [1] }] },
  {
    name: 'root oneOf',
    schema: {
      type: 'object',
      properties: { dry: { type: 'boolean' } },
      oneOf: [
        { properties: { id: { type: 'string' } }, required: ['id'] },
        {
          properties: { name: { type: 'string' }, site: { type: ['string', 'null'] } },
          required: ['name', 'site'],
        },
      ],
    },
    valid: [{ id: 'a' }, { name: 'n', site: null, dry: true }],
    isLoose: true,
  },
  {
    name: 'root anyOf by kind',
    schema: {
      anyOf: [
        {
          type: 'object',
          properties: { kind: { const: 'text' }, value: { type: 'string' } },
          required: ['kind', 'value'],
        },
        {
          type: 'object',
          properties: { kind: { const: 'number' }, value: { type: 'number' } },
          required: ['kind', 'value'],
        },
        { type: 'null' },
      ],
    },
    valid: [
      { kind: 'text', value: 'x' },
      { kind: 'number', value: 1.5 },
    ],
    isLoose: true,
  },
  {
    name: 'root alternatives of required',
    schema: {
      type: 'object',
      properties: { id: { type: 'string' }, name: { type: 'string' } },
      anyOf: [{ required: ['id'] }, { required: ['name'] }],
      not: { required: ['id', 'name'] },
    },
    valid: [{ id: 'a' }, { name: 'b' }],
  },
  {
    name: 'closed alternatives',
    schema: {
      type: 'object',
      oneOf: [
        { properties: { a: { type: 'string' } }, additionalProperties: false },
        { properties: { b: { type: 'number' } }, required: ['b'], additionalProperties: false },
      ],
    },
    valid: [{ a: 'x' }, { b: 1 }, {}],
  },
  {
    name: 'open and typed alternatives',
    schema: {
      type: 'object',
      anyOf: [
        { additionalProperties: { type: 'string' } },
        { properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false },
      ],
    },
    valid: [{ n: 'words' }, { n: 5 }, { other: 'x' }],
  },
  {
    name: 'root allOf',
    schema: {
      type: 'object',
      allOf: [
        { properties: { a: { type: 'string', minLength: 1 } }, required: ['a'] },
        { properties: { a: { maxLength: 9 }, b: { type: 'integer' } }, required: ['a', 'b'] },
      ],
    },
    valid: [
      { a: 'x', b: 1 },
      { a: 'x', b: 1, c: {} },
    ],
  },
  {
    name: 'allOf of closed and open',
    schema: {
      type: 'object',
      properties: { a: { type: 'string' }, b: {} },
      additionalProperties: false,
      allOf: [{ properties: { b: { type: ['number', 'string'] } } }],
    },
    valid: [{ a: 'x' }, { a: 'x', b: 2 }, { b: 'y' }],
  },
  {
    name: 'nested allOf',
    schema: {
      type: 'object',
      properties: {
        data: { allOf: [{ type: 'object', properties: { x: { type: 'number' } } }, { required: ['x'] }] },
      },
    },
    valid: [{ data: { x: 1 } }, {}],
  },
  {
    name: 'root if then else',
    schema: {
      type: 'object',
      properties: { mode: { enum: ['a', 'b'] }, more: { type: 'string' } },
      if: { properties: { mode: { const: 'a' } }, required: ['mode'] },
      // biome-ignore lint/suspicious/noThenProperty: it is a schema's keyword.
      then: { required: ['more'] },
      else: { properties: { more: false } },
    },
    valid: [{ mode: 'a', more: 'x' }, { mode: 'b' }],
  },
  {
    name: 'dependencies',
    schema: {
      type: 'object',
      properties: { card: { type: 'string' }, address: { type: 'string' } },
      dependentRequired: { card: ['address'] },
      dependentSchemas: { address: { properties: { zip: { type: 'string' } } } },
    },
    valid: [{ card: 'c', address: 'a' }, { address: 'a', zip: '1' }, {}],
  },
  {
    name: 'pattern properties beside a closed object',
    schema: {
      type: 'object',
      properties: { id: { type: 'string' } },
      patternProperties: { '^x-': { type: 'number' } },
      additionalProperties: false,
      propertyNames: { pattern: '^[a-z-]+$' },
    },
    valid: [{ id: 'a', 'x-one': 1 }, { 'x-two': 2 }],
  },
  {
    name: 'labels',
    schema: {
      type: 'object',
      properties: { labels: { type: 'object', additionalProperties: { type: 'string' }, minProperties: 1 } },
    },
    valid: [{ labels: { any: 'x', 'with space': 'y' } }, {}],
  },
  {
    name: 'tuple of 2020-12',
    schema: {
      type: 'object',
      properties: {
        range: {
          type: 'array',
          prefixItems: [{ type: 'integer' }, { type: 'string' }],
          items: false,
          minItems: 2,
        },
        open: { type: 'array', prefixItems: [{ type: 'integer' }] },
        pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], maxItems: 2 },
      },
    },
    valid: [{ range: [1, 'x'], open: [1, 'free', null], pair: [1, 2] }],
  },
  {
    name: 'tuple of draft 7',
    schema: {
      type: 'object',
      properties: {
        t: { type: 'array', items: [{ type: 'integer' }, { type: 'string' }], additionalItems: false },
        u: { type: 'array', items: [{ type: 'integer' }], additionalItems: { type: 'boolean' } },
        v: { type: 'array', items: [{ type: 'integer' }] },
      },
    },
    valid: [{ t: [1, 'x'], u: [1, true], v: [1, {}] }],
    isDraft7: true,
  },
  {
    name: 'array without items',
    schema: { type: 'object', properties: { list: { type: 'array' } } },
    valid: [{ list: [1, 'x', {}] }],
  },
  {
    name: 'items false',
    schema: { type: 'object', properties: { none: { type: 'array', items: false } } },
    valid: [{ none: [] }],
  },
  {
    name: 'unions of types',
    schema: {
      type: 'object',
      properties: {
        id: { type: ['string', 'integer', 'null'], minLength: 2, minimum: 3 },
        list: { type: 'array', items: { type: ['string', 'number'] } },
        either: {
          type: ['object', 'array'],
          properties: { a: { type: 'string' } },
          items: { type: 'number' },
        },
      },
    },
    valid: [
      { id: 'ab', list: ['x', 1], either: { a: 'x' } },
      { id: null, either: [1] },
      { id: 5, either: { b: 1 } },
    ],
  },
  {
    name: 'root type union',
    schema: { type: ['object', 'null'], properties: { a: { type: 'string' } } },
    valid: [{ a: 'x' }],
  },
  {
    name: 'nullable of OpenAPI',
    schema: {
      type: 'object',
      properties: {
        a: { type: 'string', nullable: true },
        b: { type: 'string', enum: ['x', 'y'], nullable: true },
      },
    },
    valid: [{ a: 'x', b: 'y' }],
  },
  {
    name: 'const and mixed enums',
    schema: {
      type: 'object',
      properties: {
        v: { const: 2 },
        mixed: { enum: ['a', 1, null, true] },
        only: { type: ['string', 'null'], enum: ['on', null] },
        no: { type: 'boolean', const: false },
        null: { type: 'null' },
        odd: { type: 'string', enum: ['a', null, 3] },
        objects: { enum: [{ a: 1 }, [2]] },
      },
      required: ['v'],
    },
    valid: [
      { v: 2, mixed: 'a', only: null, no: false, null: null, odd: 'a', objects: { a: 1 } },
      { v: 2, mixed: true, only: 'on', objects: [2] },
      { v: 2, mixed: null },
    ],
  },
  {
    name: 'huge enum',
    schema: { type: 'object', properties: { code: { enum: codes } }, required: ['code'] },
    valid: [{ code: 'code-0' }, { code: 'code-899' }],
  },
  {
    name: 'references',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'https://example.com/tool.json',
      type: 'object',
      properties: {
        a: { $ref: '#/$defs/word', description: 'A word.' },
        b: { $ref: '#/definitions/odd~1name' },
        c: { $ref: '#anchored' },
        d: { $ref: 'https://example.com/other.json' },
        e: { $ref: '#/properties/a' },
      },
      $defs: {
        word: { type: 'string', minLength: 1 },
        there: { $anchor: 'anchored', type: 'integer' },
        other: {
          $id: 'https://example.com/other.json',
          type: 'array',
          items: { $ref: '#/$defs/inner' },
          $defs: { inner: { type: 'boolean' } },
        },
      },
      definitions: { 'odd/name': { type: 'number' } },
    },
    valid: [{ a: 'x', b: 1.5, c: 2, d: [true], e: 'y' }],
  },
  {
    name: 'root reference',
    schema: {
      $ref: '#/$defs/args',
      $defs: { args: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] } },
    },
    valid: [{ q: 'x' }],
  },
  {
    name: 'recursion',
    schema: { type: 'object', properties: { root: { $ref: '#/$defs/tree' } }, $defs: { tree } },
    valid: [
      {
        root: {
          name: 'a',
          children: [{ name: 'b', children: [{ name: 'c', children: [{ name: 'd', children: [] }] }] }],
        },
      },
    ],
  },
  {
    name: 'recursion to the root',
    schema: {
      type: 'object',
      properties: { and: { type: 'array', items: { $ref: '#' } }, is: { type: 'string' } },
    },
    valid: [{ and: [{ is: 'a' }, { and: [{ and: [{ is: 'b' }] }] }] }],
  },
  {
    name: 'a reference to itself',
    schema: {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    },
    valid: [{ a: 1 }],
    isLoose: true,
  },
  {
    name: 'a knot of references',
    schema: { type: 'object', properties: { k: { $ref: '#/$defs/k0' } }, $defs: knot },
    valid: [{ k: { p1: { p2: { p3: {} } } } }],
  },
  {
    name: 'references to nowhere',
    schema: {
      type: 'object',
      properties: { a: { $ref: 'https://elsewhere.example/x.json' }, b: { $ref: '#/$defs/none' } },
      required: ['a'],
    },
    valid: [{ a: 1, b: {} }],
    isLoose: true,
  },
  { name: 'cyclic objects', schema: cyclic, valid: [{}, { self: { list: [{}] } }], isLoose: true },
  { name: 'very deep', schema: deep(40), valid: [deepValue(40)] },
  {
    name: 'boolean schemas',
    schema: {
      type: 'object',
      properties: { any: true, none: false, empty: {}, list: { type: 'array', items: true } },
      required: ['any'],
    },
    valid: [{ any: 1, empty: 'x', list: [1] }],
  },
  {
    name: 'names that are no names',
    schema: {
      type: 'object',
      properties: {
        $ref: { type: 'string' },
        '@odata.type': { type: 'string' },
        'filter[id]': { type: 'array', items: { type: 'object', properties: { 'a b': { type: 'number' } } } },
        ['x'.repeat(90)]: { type: 'string' },
        straße: { type: 'string' },
        type: { type: 'string' },
        required: { type: 'boolean' },
        'dash-ed.dot': { type: 'string' },
        '1st': { type: 'string' },
        '': { type: 'string' },
      },
      required: ['$ref', 'filter[id]'],
      additionalProperties: false,
    },
    valid: [
      { $ref: 'x', 'filter[id]': [{ 'a b': 1 }] },
      { $ref: 'x', 'filter[id]': [], straße: 'a', type: 'b', '1st': 'c', '': 'd', 'dash-ed.dot': 'e' },
    ],
  },
  {
    name: 'the name of the prototype',
    schema: JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}},"required":["__proto__"]}',
    ),
    valid: [JSON.parse('{"__proto__":"x","constructor":"y"}')],
    // The validator assumes that every object has it.
    isLoose: true,
  },
  {
    name: 'required but not declared',
    schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b', 'b'] },
    valid: [{ a: 'x', b: 1 }],
    isLoose: true,
  },
  {
    name: 'draft 4 and 3',
    schema: {
      type: 'object',
      properties: {
        n: { type: 'number', minimum: 0, exclusiveMinimum: true },
        r: { type: 'string', required: true },
        t: { type: 'any' },
        u: { type: 'STRING' },
        p: { type: 'string', pattern: '(?<bad' },
      },
    },
    valid: [{ n: 1, r: 'x', t: {}, u: 'x', p: 'y' }],
    isLoose: true,
  },
  {
    name: 'unknown words',
    schema: {
      type: 'object',
      'x-internal': { deep: [1] },
      properties: {
        a: {
          type: 'string',
          format: 'uuid-of-ours',
          'x-order': 1,
          deprecated: true,
          contentEncoding: 'base64',
        },
        f: { type: 'string', format: 'uri', pattern: '^https?://' },
        d: { type: 'object', default: { a: 1 }, examples: [{ a: 2 }] },
      },
      unevaluatedProperties: false,
      minProperties: 1,
    },
    valid: [{ a: 'x' }, { f: 'https://x.example', d: {} }],
  },
  {
    name: 'alternatives beside properties',
    schema: {
      type: 'object',
      properties: {
        target: {
          description: 'Whom.',
          type: 'object',
          properties: { note: { type: 'string' } },
          oneOf: [
            { properties: { user: { type: 'string' } }, required: ['user'] },
            { properties: { group: { type: 'string' } }, required: ['group'] },
          ],
        },
        value: {
          description: 'What.',
          anyOf: [
            { type: 'string', maxLength: 5 },
            { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
            { type: 'null' },
          ],
          default: null,
        },
        all: { oneOf: [{}, { type: 'string' }] },
      },
    },
    valid: [
      { target: { user: 'u', note: 'n' }, value: 'x' },
      { value: ['a', null], all: 5 },
      { value: null },
    ],
    isLoose: true,
  },
  {
    name: 'an enum that all alternatives are',
    schema: {
      type: 'object',
      properties: { s: { anyOf: [{ const: 'a', title: 'A' }, { const: 'b' }, { enum: ['c'] }] } },
    },
    valid: [{ s: 'a' }, { s: 'c' }],
  },
  { name: 'a list', schema: [], valid: [], isLeft: true },
  { name: 'null', schema: null, valid: [], isLeft: true },
  { name: 'a word', schema: 'object', valid: [], isLeft: true },
  { name: 'false', schema: false, valid: [], isLeft: true },
  { name: 'a text for arguments', schema: { type: 'string' }, valid: [], isLeft: true },
  {
    name: 'no object among the alternatives',
    schema: { anyOf: [{ type: 'string' }, { type: 'array' }] },
    valid: [],
    isLeft: true,
  },
  {
    name: 'a root that is elsewhere',
    schema: { $ref: 'https://elsewhere.example/args.json' },
    valid: [],
    isLeft: true,
  },
]
