import { z } from 'zod'
import { text } from './names.ts'

const patterns = z.array(text).min(1, 'must not be empty: leave it out to mean all')
const scalar = z.union([
  z.string().max(500, 'is longer than 500 characters'),
  z.number(),
  z.boolean(),
  z.null(),
])
const OF_ARGUMENTS = 'must be text, a number, true, false, null, or a list of these'

export const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const time = z.strictObject({
  hours: z
    .string()
    .regex(
      /^([01]\d|2[0-3]):[0-5]\d-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$/,
      'must be a period such as "08:00-18:00"',
    )
    .optional()
    .describe('"08:00-18:00"; "22:00-06:00" ends on the next day (default: the whole day)'),
  days: z
    .array(z.enum(WEEK))
    .min(1, 'must not be empty: leave it out to mean all')
    .optional()
    .describe('Days on which the hours begin (default: all)'),
  zone: text.describe('Time zone, such as "Europe/Berlin"'),
})

const rule = z.strictObject({
  customers: patterns.optional().describe('Names or ids of customers, or patterns of ids (default: all)'),
  environments: patterns.optional().describe('Environments of customers, such as "prod" (default: all)'),
  servers: patterns.optional().describe('Names of servers, or patterns (default: all)'),
  tools: patterns.optional().describe('Names of tools, or patterns, such as "*silence*" (default: all)'),
  access: z
    .enum(['read', 'write'])
    .optional()
    .describe('read: tools that are trusted to change nothing; write: all others (default: both)'),
  arguments: z
    .record(text, z.union([scalar, z.array(scalar).min(1, 'must not be empty')], OF_ARGUMENTS))
    .optional()
    .describe('Values of arguments by their path, such as "labels.team"; of a list, any of them'),
  roles: z
    .array(z.enum(['read-only', 'read-write']))
    .min(1, 'must not be empty: leave it out to mean all')
    .optional()
    .describe('Roles of those who call (default: both)'),
  time: time.optional().describe('When the rule applies (default: always)'),
  action: z.enum(['allow', 'ask', 'deny']).describe('What happens to a call that the rule matches'),
  message: text.optional().describe('With "deny": the reason, for a person or a model to read'),
})

export const policySchema = z.array(rule).max(1_000, 'has more than 1000 rules')

export type RuleInput = z.infer<typeof rule>
