import { didYouMean } from '../../../base/text/words.ts'
import type { Path, Reporter } from '../../document/problems.ts'
import { type RuleInput, WEEK } from '../../document/schema/policy.ts'
import { type Customer, isProduction, type PolicyRule, type PolicyTime } from '../../project.ts'
import { fitsPattern, isPattern } from '../../settings/tool-patterns.ts'
import type { ResolveContext } from '../context.ts'
import { adviseDeadRules } from './dead.ts'

/** The rules of `policy`; undefined without one. Reports what is wrong, and advises about rules that can never match. */
export function resolvePolicy(
  context: ResolveContext,
  customers: readonly Customer[],
): PolicyRule[] | undefined {
  const { document, reporter } = context
  const { policy } = document
  if (policy?.length === 0)
    reporter.advise(
      ['policy'],
      'is empty, so no call is allowed',
      'add rules, or remove it: then reads are allowed, and writes need approval',
    )
  const rules = policy?.map((input, index): PolicyRule => {
    const at: Path = ['policy', index]
    if (input.message !== undefined && input.action !== 'deny')
      reporter.error([...at, 'message'], 'is only for "action": "deny"', 'remove it')
    return {
      number: index + 1,
      line: reporter.located(at, '').line,
      customers: customersOf(input, customers),
      servers: input.servers,
      tools: input.tools,
      access: input.access,
      arguments: Object.entries(input.arguments ?? {}).map(([path, value]) => ({
        path,
        values: [value].flat().map(String),
      })),
      roles: input.roles,
      time: input.time && timeOf(reporter, [...at, 'time'], input.time),
      action: input.action,
      message: input.message,
    }
  })
  if (rules) {
    const misnamed = adviseUnknownNames(context, customers)
    adviseDeadRules(reporter, rules, { customers, except: misnamed })
  }
  return rules
}

/** Ids of the customers that a rule names, and whose environment it names; undefined for all. */
function customersOf(
  { customers: words, environments }: RuleInput,
  customers: readonly Customer[],
): string[] | undefined {
  if (!words && !environments) return undefined
  return customers
    .filter(one => !words || words.some(word => isNamed(one, word)))
    .filter(one => !environments || environments.some(word => isIn(one, word)))
    .map(one => one.id)
}

/** Advises about names that mean nothing. Returns the indexes of their rules. */
function adviseUnknownNames(
  { document, reporter }: ResolveContext,
  customers: readonly Customer[],
): Set<number> {
  const rules = new Set<number>()
  for (const [rule, input] of (document.policy ?? []).entries()) {
    const ids = customersOf(input, customers)
    const own = customers.filter(one => ids?.includes(one.id) ?? true)
    const servers = (own.length > 0 ? own : customers).flatMap(one => one.servers.map(({ name }) => name))
    const ofCustomers = customers.flatMap(one => [one.id, one.name])
    const unknown = [
      ...missingIn(input.customers, word => customers.some(one => isNamed(one, word))).map(
        ({ index, word }) =>
          ['customers', index, `no such customer${didYouMean(word, ofCustomers)}`] as const,
      ),
      ...missingIn(input.environments, word => customers.some(one => isIn(one, word))).map(
        ({ index }) => ['environments', index, 'no customer has this environment'] as const,
      ),
      ...missingIn(input.servers, word => servers.some(name => fitsPattern(name, word))).map(
        ({ index, word }) => ['servers', index, `no such server${didYouMean(word, servers)}`] as const,
      ),
    ]
    for (const [key, index, message] of unknown) {
      rules.add(rule)
      reporter.advise(['policy', rule, key, index], message, 'correct it, or remove it')
    }
  }
  return rules
}

function missingIn(
  words: readonly string[] | undefined,
  isKnown: (word: string) => boolean,
): { index: number; word: string }[] {
  return (words ?? []).map((word, index) => ({ index, word })).filter(({ word }) => !isKnown(word))
}

function isNamed({ id, name }: Customer, word: string): boolean {
  return isPattern(word) ? fitsPattern(id, word) : id === word || name.toLowerCase() === word.toLowerCase()
}

/** Every name of production means every customer that is marked as PROD: a rule for them must miss none. */
function isIn({ environment }: Customer, word: string): boolean {
  if (environment === undefined) return false
  if (isProduction({ environment: word })) return isProduction({ environment })
  return fitsPattern(environment.toLowerCase(), word.toLowerCase())
}

const DAY = 24 * 60

function timeOf(
  reporter: Reporter,
  at: Path,
  { hours = '00:00-24:00', days, zone }: NonNullable<RuleInput['time']>,
): PolicyTime {
  const [from = 0, to = DAY] = hours.split('-').map(minutesOf)
  if (from === to)
    reporter.error([...at, 'hours'], 'ends when it begins', 'leave it out to mean the whole day')
  if (!isTimeZone(zone))
    reporter.error([...at, 'zone'], 'no such time zone', 'use an IANA name, such as Europe/Berlin or UTC')
  return { days: days?.map(day => WEEK.indexOf(day)), from, to, zone }
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
