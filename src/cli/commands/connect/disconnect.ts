import { openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { disconnectClient } from '../../../exporters/clients/connect.ts'
import { type ClientLevel, entryName } from '../../../exporters/clients/place.ts'
import type { Run } from '../../context.ts'
import { clientPlace } from './place.ts'

export const run: Run = async (context, [word = ''], options) => {
  const { client, customer, stack, roots, folder } = await clientPlace(context, word, options)
  const levels: ClientLevel[] = options.project ? ['project'] : options.user ? ['user'] : ['user', 'project']
  const files = await disconnectClient({ client, customer: customer.id, roots, folder }, levels, {
    tokens: openTokens(stack.state.folder),
    force: options.force === true,
  })
  if (files.length === 0)
    throw new SupportError(
      'usage',
      `${client.title} has no entry "${entryName(customer.id)}" that supportmax wrote`,
      {
        hint: 'run `supportmax connect` to see what is connected',
      },
    )
  if (context.print.mode === 'json') context.print.json({ client: client.id, customer: customer.id, files })
  else
    for (const { file, removed } of files) {
      const what = `the entry "${entryName(customer.id)}"`
      context.print.note(
        `${file}: removed ${removed === 'file' ? `the file, which contained only ${what}` : what}`,
      )
    }
  return EXIT.ok
}
