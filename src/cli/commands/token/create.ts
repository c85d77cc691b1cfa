import { DEFAULT_LIFETIME_MS, lifetimeOf } from '../../../access/tokens/lifetime.ts'
import { openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { type Access, type Customer, customerTitle } from '../../../config/project.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { customerOption } from '../../options.ts'
import { shownToken } from './shown.ts'

export const run: Run = async ({ print, open, settings }, _args, options) => {
  const { project, stack } = await open()
  const customer = customerOption(options, project, settings.customer)
  const expires = textOption(options, 'expires')
  const { token, kept } = await openTokens(stack.state.folder).create({
    customer: customer.id,
    role: roleOption(options, customer),
    lifetimeMs: expires === undefined ? DEFAULT_LIFETIME_MS : lifetimeOf(expires),
    name: textOption(options, 'name'),
  })
  if (print.mode === 'json') print.json({ ...shownToken(kept), token })
  else print.result(token)
  const message = `token "${kept.name}" (${kept.id}) for ${customerTitle(customer)}: ${kept.role}, expires ${kept.expires.slice(0, 10)}`
  const hint = `keep it now: it is not shown again. Run \`supportmax token revoke ${kept.id}\` to revoke it`
  if (print.mode !== 'json') print.note(explainedText({ message, hint }, print.noteLayout))
  return EXIT.ok
}

function roleOption(options: Options, { id, access }: Customer): Access {
  const role = textOption(options, 'role') ?? 'read-only'
  if (role !== 'read-only' && role !== 'read-write')
    throw new SupportError('usage', `--role: must be read-only or read-write, not "${role.slice(0, 40)}"`, {
      hint: 'leave it out for read-only',
    })
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
