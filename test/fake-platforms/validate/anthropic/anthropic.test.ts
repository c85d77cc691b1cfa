import { describe, it } from 'vitest'
import { type Body, expectSaid, type Row, SCHEMA } from '../expect-said.ts'
import { anthropicViolation } from './body.ts'

describe('the Messages API', () => {
  const tool = (over: Body = {}) => ({ name: 'find', input_schema: SCHEMA, ...over })
  const user = { role: 'user', content: 'hello' }
  const call = { type: 'tool_use', id: 'toolu_1', name: 'find', input: {} }
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: '{}' }
  const words = { type: 'text', text: 'a' }
  const thought = { type: 'thinking', thinking: 'hm', signature: 'OWN' }
  const right = { model: 'm', max_tokens: 9, messages: [user], stream: true, tools: [tool()] }
  const says = (...content: object[]) => ({ role: 'assistant', content })
  const answers = (...content: object[]) => ({ role: 'user', content })
  const history = (...messages: object[]) => ({ messages: [user, ...messages] })
  const input = (over: object) => ({ tools: [tool({ input_schema: over })] })
  const cached = (count: number) =>
    Array.from({ length: count }, () => ({ ...words, cache_control: { type: 'ephemeral' } }))
  const budget = { max_tokens: 9_000, thinking: { type: 'enabled', budget_tokens: 1_024 } }

  it.each<Row>([
    ['nothing', {}, undefined],
    ['a call, its result, and words behind', history(says(words, call), answers(result, words)), undefined],
    ['its own thinking', history(says(thought, call), answers(result)), undefined],
    [
      'a turn with a budget that begins with thinking',
      { ...budget, ...history(says(thought, call), answers(result)) },
      undefined,
    ],
    ['no limit of tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
    ['an unknown field', { instructions: 'a' }, 'instructions: Extra inputs are not permitted'],
    [
      'an unknown role',
      history({ role: 'tool', content: 'a' }),
      "messages.1.role: Input should be 'user' or 'assistant'",
    ],
    ['an empty text', history(says({ type: 'text', text: '' })), 'text content blocks must be non-empty'],
    ['a blank text', history(says({ type: 'text', text: ' ' })), 'non-whitespace'],
    ['an empty message', history(says()), 'non-empty content'],
    ['an assistant at the beginning', { messages: [says(words)] }, 'first message'],
    ['a call without a result', history(says(call), user), '`tool_use` ids were found without `tool_result`'],
    [
      'a result behind words',
      history(says(call), answers(words, result)),
      '`tool_use` ids were found without',
    ],
    [
      'a result in the message after next',
      history(says(call), user, answers(result)),
      '`tool_use` ids were found without',
    ],
    ['a result without a call', history(answers(result)), 'unexpected `tool_use_id`'],
    ['a result twice', history(says(call), answers(result, result)), 'single result'],
    ['an id twice', history(says(call), answers(result), says(call), answers(result)), 'must be unique'],
    ["a call in a user's turn", history(answers(call)), 'not permitted in user turns'],
    [
      'an id with a dot',
      history(says({ ...call, id: 'a.b' }), answers({ ...result, tool_use_id: 'a.b' })),
      'String should match',
    ],
    [
      "another's signature",
      history(says({ ...thought, signature: 'foreign' }, call), answers(result)),
      'Invalid `signature` in `thinking` block',
    ],
    [
      'thinking that was changed in kind',
      history(says({ type: 'redacted_thinking', data: 'x' }, call), answers(result)),
      'Invalid `data`',
    ],
    [
      'a turn with a budget that begins otherwise',
      { ...budget, ...history(says(call), answers(result)) },
      'Expected `thinking`',
    ],
    ['a budget beyond the limit', { ...budget, max_tokens: 1_000 }, 'greater than'],
    [
      'a history of calls without tools',
      { tools: undefined, ...history(says(call), answers(result)) },
      'must define tools',
    ],
    [
      'a choice without tools',
      { tools: undefined, tool_choice: { type: 'none' } },
      'only be specified while providing tools',
    ],
    [
      'five places to cache',
      { system: cached(2), messages: [answers(...cached(3))] },
      'A maximum of 4 blocks',
    ],
    ['a name with a space', { tools: [tool({ name: 'a b' })] }, 'tools.0.custom.name'],
    ['one name twice', { tools: [tool(), tool()] }, 'unique'],
    ['a schema without a type', input({ properties: {} }), 'tools.0.custom.input_schema.type'],
    ['alternatives at the root', input({ ...SCHEMA, oneOf: [SCHEMA] }), 'does not support oneOf'],
    [
      'a key with a space',
      input({ type: 'object', properties: { 'a b': {} } }),
      'Property keys should match',
    ],
    [
      'an old kind of limit',
      input({ type: 'object', properties: { a: { exclusiveMinimum: true } } }),
      'draft 2020-12',
    ],
    ['a list of items', input({ type: 'object', properties: { a: { items: [{}] } } }), 'draft 2020-12'],
  ])('judges %s', (_, change, said) => expectSaid(anthropicViolation, { ...right, ...change }, said))

  it('knows signatures by the model that they are of', () => {
    const body = { ...right, ...history(says(thought, call), answers(result)) }
    expectSaid(anthropicViolation, body, 'Invalid `signature`', 'another')
  })
})
