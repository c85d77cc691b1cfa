import { readEnvironment } from '../../../config/env.ts'
import { clientRoots } from '../../../exporters/clients/client.ts'
import { clientNamed } from '../../../exporters/clients/clients.ts'
import type { Context, Options } from '../../context.ts'
import { customerOption } from '../../options.ts'

/** The client, the customer and the folders that `connect` and `disconnect` work on. */
export async function clientPlace({ open, settings }: Context, word: string, options: Options) {
  const client = clientNamed(word)
  const { project, stack } = await open()
  const customer = customerOption(options, project, settings.customer)
  const environment = readEnvironment()
  return {
    client,
    customer,
    project,
    stack,
    environment,
    roots: clientRoots(environment),
    folder: process.cwd(),
  }
}
