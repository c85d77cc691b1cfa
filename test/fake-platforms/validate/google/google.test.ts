import { describe, it } from 'vitest'
import type { Ask } from '../../wire/frame.ts'
import { expectSaid, many, type Row, SCHEMA } from '../expect-said.ts'
import { googleViolation } from './body.ts'

const judge = (ask: Ask) => googleViolation(ask, { alt: 'sse' })

describe('Gemini', () => {
  const user = { role: 'user', parts: [{ text: 'hello' }] }
  const call = { functionCall: { name: 'find', args: {} }, thoughtSignature: 'OWN' }
  const plain = { functionCall: { name: 'find', args: {} } }
  const result = { functionResponse: { name: 'find', response: { output: 'a' } } }
  const says = (...parts: object[]) => ({ role: 'model', parts })
  const answers = (...parts: object[]) => ({ role: 'user', parts })
  const declared = (...functionDeclarations: object[]) => ({ tools: [{ functionDeclarations }] })
  const find = { name: 'find', parametersJsonSchema: SCHEMA }
  const right = { contents: [user], ...declared(find) }
  const history = (...contents: object[]) => ({ contents: [user, ...contents] })
  const json = (parametersJsonSchema: object) => declared({ ...find, parametersJsonSchema })
  const open = (parameters: object) => declared({ name: 'find', parameters })
  const of = (x: object) => ({ type: 'object', properties: { x } })

  it.each<Row>([
    ['nothing', {}, undefined],
    ['a signed call and its result', history(says(call), answers(result)), undefined],
    [
      'two calls of which the first is signed',
      history(says(call, plain), answers(result, result)),
      undefined,
    ],
    [
      'the documented stand-in',
      history(says({ ...plain, thoughtSignature: 'skip_thought_signature_validator' }), answers(result)),
      undefined,
    ],
    [
      'an unsigned call of an earlier turn',
      history(says(plain), answers(result), says({ text: 'a' }), user),
      undefined,
    ],
    ['512 functions', declared(...many(512).map(name => ({ name }))), undefined],
    [
      'an OpenAPI schema',
      open({ type: 'OBJECT', properties: { x: { type: 'STRING', nullable: true } } }),
      undefined,
    ],
    ['513 functions', declared(...many(513).map(name => ({ name }))), 'At most 512'],
    ['an unknown field', { messages: [] }, 'Unknown name "messages"'],
    ['an unknown role', history({ role: 'assistant', parts: [{ text: 'a' }] }), 'valid role'],
    ['a turn without parts', history(says()), 'must not be empty'],
    ['a part without data', history(says({ thought: true })), "required oneof field 'data'"],
    ['an unsigned call of this turn', history(says(plain), answers(result)), 'missing a thought_signature'],
    [
      'an unsigned call of a later step',
      history(says(call), answers(result), says(plain), answers(result)),
      'missing a thought_signature',
    ],
    [
      "another's signature",
      history(says({ ...plain, thoughtSignature: 'Zm9v' }), answers(result)),
      'Corrupted thought signature',
    ],
    ['a call without a result', history(says(call), user), 'number of function response parts'],
    [
      'fewer results than calls',
      history(says(call, plain), answers(result)),
      'number of function response parts',
    ],
    ['a result without a call', history(answers(result)), 'immediately after a function call turn'],
    [
      'a result of another name',
      history(says(call), answers({ functionResponse: { name: 'b', response: {} } })),
      'response of its name',
    ],
    [
      'a result that is no object',
      history(says(call), answers({ functionResponse: { name: 'find', response: 'a' } })),
      'Invalid value',
    ],
    ['a model at the beginning', { contents: [says({ text: 'a' })] }, 'first turn'],
    [
      'two turns of the model',
      history(says({ text: 'a' }), says(call), answers(result)),
      'immediately after a user turn',
    ],
    [
      'a name that begins with a digit',
      declared({ name: '1a' }),
      'function_declarations[0].name: Invalid function name',
    ],
    ['one name twice', declared(find, find), 'Duplicate function declaration'],
    ['two schemas for one function', declared({ ...find, parameters: SCHEMA }), 'mutually exclusive'],
    ['an unknown keyword', json(of({ type: 'string', pattern: 'a' })), 'Unknown name "pattern"'],
    [
      'a union of types in items',
      json(of({ type: 'array', items: { type: ['string', 'null'] } })),
      'unions of types',
    ],
    [
      'a reference with company',
      json({ ...of({ $ref: '#/$defs/x', type: 'string' }), $defs: { x: {} } }),
      'beside $ref',
    ],
    ['an array without items', json(of({ type: 'array' })), 'items: missing field'],
    [
      'additionalProperties in OpenAPI',
      open({ type: 'object', additionalProperties: false }),
      'Unknown name "additionalProperties"',
    ],
    ['a union of types in OpenAPI', open(of({ type: ['string', 'null'] })), 'cannot start list'],
    [
      'a required stranger in OpenAPI',
      open({ ...of({ type: 'string' }), required: ['y'] }),
      'is not defined',
    ],
    ['an empty word in an enum', open(of({ type: 'string', enum: [''] })), 'cannot be empty'],
  ])('judges %s', (_, change, said) => expectSaid(judge, { ...right, ...change }, said))

  it('asks older models for no signature', () => {
    const body = { ...right, ...history(says(plain), answers(result)) }
    expectSaid(judge, body, undefined, 'gemini-2.5-pro')
  })
})
