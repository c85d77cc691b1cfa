import type { Customer } from '../../config/project.ts'
import type { BuildOptions, ServedToolset } from '../../toolset/build/build.ts'
import { listedTools } from '../../toolset/toolset.ts'
import { endpointFinderOnce } from '../look/endpoint.ts'
import type { Stack } from '../stack.ts'
import { rememberTools } from '../state/known-tools.ts'

/** A new generation of one customer's tools, with what this project and its state say of them. */
export async function toolsetOf(
  stack: Stack,
  customer: Customer,
  more: Pick<BuildOptions, 'pool' | 'seen' | 'generation' | 'signal' | 'policy'>,
): Promise<ServedToolset> {
  const { buildToolset } = await import('../../toolset/build/build.ts')
  const { accepted, pins, signInStamp, folder } = stack.state
  const toolset = await buildToolset(customer, {
    policy: stack.project.policy,
    ...more,
    find: endpointFinderOnce(stack, customer),
    acceptedOf: accepted.of,
    pins,
    signInStamp,
  })
  rememberTools(folder, listedTools(toolset))
  return toolset
}
