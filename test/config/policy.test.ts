import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import { anyCustomer, errorsOf, projectOf } from '../helpers/projects.ts'

const CUSTOMERS = [
  anyCustomer('Acme', { environment: 'production', access: 'read-write' }),
  anyCustomer('Bolt', { environment: 'test' }),
]

const documentOf = (policy: unknown) => ({ customers: CUSTOMERS, policy })
const rulesIn = (policy: unknown) => projectOf(documentOf(policy)).policy

function adviceOn(policy: unknown): string[] {
  const text = JSON.stringify(documentOf(policy), null, 1)
  return interpretProject('f.json', text).advice.map(one =>
    problemText({ ...one, line: undefined, column: undefined }),
  )
}

describe('policy', () => {
  it('is undefined where the file has none', () => {
    expect(projectOf({ customers: CUSTOMERS }).policy).toBeUndefined()
  })

  it('becomes rules with the ids of customers, the texts of values and the minutes of hours', () => {
    const policy = [
      {
        customers: ['bolt', 'ACME'],
        tools: ['*silence*'],
        arguments: { 'labels.team': 'db', limit: [5, null] },
        time: { hours: '22:00-06:00', days: ['fri', 'sat'], zone: 'Europe/Berlin' },
        action: 'deny',
        message: 'not at night',
      },
    ]
    expect(rulesIn(policy)).toEqual([
      {
        number: 1,
        line: 1,
        customers: ['acme', 'bolt'],
        servers: undefined,
        tools: ['*silence*'],
        access: undefined,
        arguments: [
          { path: 'labels.team', values: ['db'] },
          { path: 'limit', values: ['5', 'null'] },
        ],
        roles: undefined,
        time: { days: [5, 6], from: 1_320, to: 360, zone: 'Europe/Berlin' },
        action: 'deny',
        message: 'not at night',
      },
    ])
  })

  it.each([
    [['prod'], ['acme']],
    [['live'], ['acme']],
    [['t*'], ['bolt']],
    [['*'], ['acme', 'bolt']],
  ])(
    'names customers by their environment, and those of production by any of its names: %j',
    (environments, ids) => {
      expect(rulesIn([{ environments, action: 'ask' }])?.[0]?.customers).toEqual(ids)
    },
  )

  it.each([
    [{}, 'f.json:1:234: policy[0].action: must be one of "allow", "ask", "deny"'],
    [{ action: 'alow' }, 'policy[0].action: must be one of "allow", "ask", "deny" (did you mean "allow"?)'],
    [{ action: 'allow', tool: ['x'] }, 'policy[0].tool: unknown key (did you mean "tools"?)'],
    [{ action: 'allow', tools: [] }, 'policy[0].tools: must not be empty: leave it out to mean all'],
    [{ action: 'allow', message: 'x' }, 'policy[0].message: is only for "action": "deny"'],
    [
      { action: 'allow', arguments: { a: {} } },
      'policy[0].arguments.a: must be text, a number, true, false, null, or a list of these',
    ],
    [
      { action: 'allow', time: { hours: '8-18', zone: 'UTC' } },
      'policy[0].time.hours: must be a period such as "08:00-18:00"',
    ],
    [
      { action: 'allow', time: { hours: '08:00-08:00', zone: 'UTC' } },
      'policy[0].time.hours: ends when it begins',
    ],
    [{ action: 'allow', time: { hours: '08:00-18:00' } }, 'policy[0].time.zone: is missing'],
    [{ action: 'allow', time: { zone: 'Europe/Berln' } }, 'policy[0].time.zone: no such time zone'],
  ])('is refused with the place: %j', (rule, message) => {
    expect(errorsOf(documentOf([rule])).join('\n')).toContain(message.replace(/^f\.json:\d+:\d+: /, ''))
  })
})

describe('advice about a policy', () => {
  it('says that an empty one allows nothing', () => {
    expect(adviceOn([])).toEqual([
      'f.json: policy: is empty, so no call is allowed\n  add rules, or remove it: then reads are allowed, and writes need approval',
    ])
  })

  it('has the line and column of the rule', () => {
    const text = `{\n "customers": [],\n "policy": [\n  { "customers": ["acme"], "action": "ask" }\n ]\n}`
    const [advice] = interpretProject('f.json', text).advice
    expect(advice).toMatchObject({
      line: 4,
      column: 19,
      path: 'policy[0].customers[0]',
      message: 'no such customer',
    })
  })

  it.each([
    [
      [{ customers: ['acm'], action: 'ask' }],
      'policy[0].customers[0]: no such customer (did you mean "acme"?)',
    ],
    [
      [{ environments: ['stage'], action: 'ask' }],
      'policy[0].environments[0]: no customer has this environment',
    ],
    [[{ servers: ['grafana'], action: 'ask' }], 'policy[0].servers[0]: no such server'],
    [
      [{ customers: ['bolt'], environments: ['prod'], action: 'ask' }],
      'policy[0]: can never match: none of its customers has such an environment',
    ],
    [
      [{ customers: ['bolt'], access: 'write', action: 'allow' }],
      'policy[0]: can never match: read-only customers never write',
    ],
    [
      [{ roles: ['read-only'], access: 'write', action: 'allow' }],
      'policy[0]: can never match: a read-only role never writes',
    ],
    [
      [{ action: 'ask' }, { tools: ['get_*'], action: 'allow' }],
      'policy[1]: can never match: rule 1 already matches all its calls',
    ],
    [
      [
        { tools: ['*silence*'], action: 'ask' },
        { tools: ['create_silence', 'create_silence_*'], arguments: { a: 1 }, action: 'allow' },
      ],
      'policy[1]: can never match: rule 1 already matches all its calls',
    ],
    [
      [
        { customers: ['acme', 'bolt'], access: 'read', action: 'allow' },
        { customers: ['bolt'], roles: ['read-only'], access: 'read', action: 'deny' },
      ],
      'policy[1]: can never match: rule 1 already matches all its calls',
    ],
  ])('is given once for each mistake: %j', (policy, message) => {
    expect(adviceOn(policy)).toHaveLength(1)
    expect(adviceOn(policy)[0]).toContain(`f.json: ${message}`)
  })

  it.each([
    [[{ tools: ['get_*'], action: 'allow' }, { action: 'ask' }]],
    [
      [
        { tools: ['get_*'], action: 'allow' },
        { tools: ['g*'], action: 'ask' },
      ],
    ],
    [[{ access: 'read', action: 'allow' }, { action: 'ask' }]],
    [
      [
        { arguments: { a: 1 }, action: 'allow' },
        { arguments: { a: 1 }, action: 'deny' },
      ],
    ],
    [
      [
        { arguments: { a: 1 }, action: 'ask' },
        { arguments: { b: 1 }, action: 'deny' },
      ],
    ],
    [[{ customers: ['bolt'], access: 'write', action: 'deny' }]],
    [[{ time: { hours: '08:00-18:00', zone: 'UTC' }, action: 'ask' }, { action: 'deny' }]],
  ])('is not given about rules that can match: %j', policy => {
    expect(adviceOn(policy)).toEqual([])
  })
})
