import { DEFAULT_LIFETIME_MS, lifetimeOf } from '../../../access/tokens/lifetime.ts'
import { ALL_METRICS, openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { type Access, type Customer, customerTitle } from '../../../config/project.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { customerOption, roleOption } from '../../options.ts'
import { shownToken } from './shown.ts'

export const run: Run = async ({ print, open, settings }, _args, options) => {
  const { project, stack } = await open()
  const isOfMetrics = options.metrics === true
  if (isOfMetrics) refuseWithMetrics(options)
  const customer = isOfMetrics ? undefined : customerOption(options, project, settings.customer)
  const expires = textOption(options, 'expires')
  const { token, kept } = await openTokens(stack.state.folder).create({
    customer: customer?.id ?? ALL_METRICS,
    role: customer ? tokenRole(options, customer) : 'read-only',
    lifetimeMs: expires === undefined ? DEFAULT_LIFETIME_MS : lifetimeOf(expires),
    name: textOption(options, 'name'),
  })
  if (print.mode === 'json') print.json({ ...shownToken(kept), token })
  else print.result(token)
  const use = customer ? `${customerTitle(customer)}: ${kept.role}` : 'the metrics of all customers'
  const message = `token "${kept.name}" (${kept.id}) for ${use}, expires ${kept.expires.slice(0, 10)}`
  const hint = `copy it now: it is not shown again. To revoke it, run \`supportmax token revoke ${kept.id}\``
  if (print.mode !== 'json') print.note(explainedText({ message, hint }, print.noteLayout))
  return EXIT.ok
}

function refuseWithMetrics(options: Options): void {
  const other = ['customer', 'role'].find(name => options[name] !== undefined)
  if (other === undefined) return
  throw new SupportError('usage', `--${other} cannot be combined with --metrics`, {
    hint: "leave it out; a customer's own token reads that customer's metrics",
  })
}

function tokenRole(options: Options, { id, access }: Customer): Access {
  const role = roleOption(options, 'read-only')
  if (role === 'read-write' && access === 'read-only')
    throw new SupportError(
      'usage',
      `--role: ${id} is read-only in the configuration, so no token can write`,
      {
        hint: `leave out --role, or set "access" of ${id} to "read-write" first`,
      },
    )
  return role
}
