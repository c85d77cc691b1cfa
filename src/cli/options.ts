import { SupportError } from '../base/errors.ts'
import { didYouMean, oneLine } from '../base/text/words.ts'
import { loadCatalog } from '../catalog/load.ts'
import type { Access, Customer, Project } from '../config/project.ts'
import { selectCustomer } from '../config/select.ts'
import { type Options, textOption } from './context.ts'

/** A flag's number of seconds, above 0. */
export function secondsOption(options: Options, name: string): number | undefined {
  return numberOption(options, name, { above: 0, most: 86_400, what: 'a number of seconds, such as 30' })
}

/** --timeout in milliseconds, or what the configuration says: how long a server may take to become ready. */
export function startTimeout(options: Options, project: Project): number {
  const seconds = secondsOption(options, 'timeout')
  return seconds === undefined ? project.start.upMs : seconds * 1_000
}

/** A flag's whole number, 0 allowed. */
export function countOption(options: Options, name: string): number | undefined {
  const value = numberOption(options, name, { above: -1, most: 1_000_000, what: 'a whole number, 0 or more' })
  return value === undefined ? undefined : Math.floor(value)
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * A flag's moment: `15m` ago, or a date, with a time of this machine's zone unless it names another. Not later than `latest`
 * (default: now).
 */
export function momentOption(
  options: Options,
  name: string,
  now = Date.now(),
  latest = now,
): Date | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  const shown = text.slice(0, 40)
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? []
  // A date without a time is midnight in this zone too.
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T')
  const at =
    number === undefined
      ? TIME.test(text)
        ? Date.parse(time)
        : Number.NaN
      : now - Number(number) * (UNITS[unit] ?? 0)
  if (Number.isNaN(new Date(at).getTime()))
    throw new SupportError(
      'usage',
      `--${name}: must be like 90s, 15m, 2h, 3d or 2026-11-26T10:00, not "${shown}"`,
    )
  if (at > latest) throw new SupportError('usage', `--${name}: ${shown} is in the future`)
  return new Date(at)
}

function numberOption(
  options: Options,
  name: string,
  limits: { above: number; most: number; what: string },
): number | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && value > limits.above && value <= limits.most) return value
  throw new SupportError('usage', `--${name}: must be ${limits.what}, not "${text.slice(0, 40)}"`)
}

/** The value of --runtime. */
export function runtimeOption(options: Options): Project['runtime'] | undefined {
  const wanted = textOption(options, 'runtime')
  if (wanted === undefined || wanted === 'auto' || wanted === 'docker' || wanted === 'local') return wanted
  throw new SupportError('usage', `--runtime: must be auto, docker or local, not "${wanted.slice(0, 40)}"`)
}

/** The value of --role. */
export function roleOption(options: Options, fallback: Access): Access {
  const role = textOption(options, 'role') ?? fallback
  if (role === 'read-only' || role === 'read-write') return role
  throw new SupportError('usage', `--role: must be read-only or read-write, not "${oneLine(role, 40)}"`, {
    hint: `leave it out for ${fallback}`,
  })
}

/**
 * The customer of --customer, else the default one, else the one that this person prefers, if the configuration has it,
 * else the only one.
 */
export function customerOption(options: Options, project: Project, preferred?: string): Customer {
  const name = textOption(options, 'customer') ?? project.defaultCustomer
  if (name !== undefined) return selectCustomer(project, name)
  const wanted = preferred?.toLowerCase()
  const own = project.customers.find(one => one.id === wanted || one.name.toLowerCase() === wanted)
  if (own) return own
  const [only, ...others] = project.customers
  if (only && others.length === 0) return only
  const ids = others.length === 0 && !only ? 'none yet' : project.customers.map(one => one.id).join(', ')
  throw new SupportError('usage', 'no customer given', {
    hint: `add --customer NAME, or set "default" in ${project.file} (customers: ${ids})`,
  })
}

/** The values of --type, each a type that the configuration file can use. */
export function typesOption(options: Options, config: string): string[] | undefined {
  if (!Array.isArray(options.type)) return undefined
  const known = [...loadCatalog(config).keys()]
  for (const type of options.type)
    if (!known.includes(type))
      throw new SupportError(
        'usage',
        `--type: unknown type "${type.slice(0, 60)}"${didYouMean(type, known)}`,
        { hint: `use one of: ${known.join(', ')}` },
      )
  return options.type
}
