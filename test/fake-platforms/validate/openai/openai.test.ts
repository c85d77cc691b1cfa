import { describe, it } from 'vitest'
import { type Body, expectSaid, many, type Row, SCHEMA } from '../expect-said.ts'
import { completionsViolation } from './completions.ts'
import { responsesViolation } from './responses.ts'

describe('the Responses API', () => {
  const tool = (over: Body = {}) => ({
    type: 'function',
    name: 'find',
    parameters: SCHEMA,
    strict: false,
    ...over,
  })
  const user = { role: 'user', content: 'hello' }
  const call = { type: 'function_call', call_id: 'c1', name: 'find', arguments: '{}' }
  const result = { type: 'function_call_output', call_id: 'c1', output: '{}' }
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'OWN' }
  const right = { model: 'm', input: [user], stream: true, store: false, tools: [tool()] }
  const input = (...items: object[]) => ({ input: [user, ...items] })
  const parameters = (over: object) => ({ tools: [tool({ parameters: over })] })

  it.each<Row>([
    ['nothing', {}, undefined],
    ['a call and its result', input(call, result, user), undefined],
    ['its own reasoning before a call', input(reasoning, call, result), undefined],
    ['128 tools', { tools: many(128).map(name => tool({ name })) }, undefined],
    ['an unknown parameter', { max_tokens: 9 }, "Unknown parameter: 'max_tokens'"],
    ['no model', { model: undefined }, "Missing required parameter: 'model'"],
    ['an unknown kind of item', input({ type: 'tool_result' }), "Invalid value: 'tool_result'"],
    ['129 tools', { tools: many(129).map(name => tool({ name })) }, 'array too long'],
    ['a name with a dot', { tools: [tool({ name: 'a.b' })] }, "Invalid 'tools[0].name'"],
    ['a name of 65', { tools: [tool({ name: 'a'.repeat(65) })] }, 'string too long'],
    ['one name twice', { tools: [tool(), tool()] }, 'unique'],
    ['a description of 1,025', { tools: [tool({ description: 'a'.repeat(1_025) })] }, 'tools[0].description'],
    ['a root that is no object', parameters({ type: 'string' }), "Invalid schema for function 'find'"],
    ['a root with alternatives', parameters({ ...SCHEMA, anyOf: [SCHEMA] }), 'at the top level'],
    [
      'an array without items',
      parameters({ type: 'object', properties: { x: { type: 'array' } } }),
      'missing items',
    ],
    [
      'a reference to nowhere',
      parameters({ type: 'object', properties: { x: { $ref: '#/$defs/x' } } }),
      'not resolvable',
    ],
    [
      'a type that is none',
      parameters({ type: 'object', properties: { x: { type: 'text' } } }),
      'not valid under',
    ],
    ['a strict schema that is open', { tools: [tool({ strict: true })] }, 'additionalProperties'],
    ['a call without a result', input(call, user), 'No tool output found for function call c1'],
    ['a result without a call', input(result), 'No tool call found'],
    ['a result before its call', input(result, call), 'No tool call found'],
    ['a call twice', input(call, call, result), 'Duplicate'],
    ['arguments that are no JSON', input({ ...call, arguments: '{"a":' }, result), 'must be a JSON object'],
    [
      "another's reasoning",
      input({ ...reasoning, encrypted_content: 'gAAAforeign' }, call, result),
      'could not be verified',
    ],
    [
      'reasoning by its id alone',
      input({ ...reasoning, encrypted_content: null }, call, result),
      'not found',
    ],
    ['reasoning that leads to nothing', input(reasoning, user), 'without its required following item'],
    ["another's id", input({ ...call, id: 'fc_1' }, result), "Item with id 'fc_1' not found"],
    [
      "a user's words in an assistant's",
      input({ role: 'assistant', content: [{ type: 'input_text', text: 'a' }] }),
      'input[1]',
    ],
  ])('judges %s', (_, change, said) => expectSaid(responsesViolation, { ...right, ...change }, said))
})

describe('chat completions', () => {
  const tool = { type: 'function', function: { name: 'find', parameters: SCHEMA } }
  const user = { role: 'user', content: 'hello' }
  const call = { id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }
  const asked = { role: 'assistant', content: null, tool_calls: [call] }
  const result = { role: 'tool', tool_call_id: 'c1', content: '{}' }
  const right = { model: 'm', messages: [user], stream: true, tools: [tool] }
  const history = (...messages: object[]) => ({ messages: [user, ...messages] })

  it.each<Row>([
    ['nothing', {}, undefined],
    ['a call and its result', history(asked, result, user), undefined],
    ['an unknown parameter', { input: 'a' }, "Unknown parameter: 'input'"],
    ['no tools in a list of tools', { tools: [] }, 'too short'],
    ['a choice without tools', { tools: undefined, tool_choice: 'none' }, 'only allowed when'],
    ['an assistant without words', history({ role: 'assistant', content: null }), 'got null'],
    ['an unknown role', history({ role: 'model', content: 'a' }), "Invalid value: 'model'"],
    ['a call without a result', history(asked, user), 'did not have response messages: c1'],
    ['a call without a result at the end', history(asked), 'did not have response messages: c1'],
    ['a result without a call', history(result), 'preceeding message'],
    ['a result twice', history(asked, result, result), 'preceeding message'],
    ['a result behind other words', history(asked, user, result), 'did not have response messages'],
    [
      'a name with a space',
      { tools: [{ ...tool, function: { name: 'a b' } }] },
      "Invalid 'tools[0].function.name'",
    ],
  ])('judge %s', (_, change, said) => expectSaid(completionsViolation, { ...right, ...change }, said))
})
