import type { Customer } from '../../config/project.ts'
import type { BuildOptions, ServedToolset } from '../../toolset/build/build.ts'
import type { AuditTrail } from '../../toolset/calls/trail.ts'
import { listedTools } from '../../toolset/toolset.ts'
import { endpointFinderOnce } from '../look/endpoint.ts'
import type { Stack } from '../stack.ts'
import { rememberTools } from '../state/known-tools.ts'

/** What an app has for the toolsets of its customers. */
export interface ToolsetSources {
  stack: Stack
  audit: AuditTrail
}

/** What this project and its state say of every customer's tools. */
export function toolsetSettings({ stack: { state, project }, audit }: ToolsetSources) {
  const { accepted, pins, signInStamp } = state
  return {
    acceptedOf: accepted.of,
    pins,
    signInStamp,
    policy: project.policy,
    audit,
  } satisfies Partial<BuildOptions>
}

/** A new generation of one customer's tools, all listed now. `more` wins over the project's settings. */
export async function toolsetOf(
  sources: ToolsetSources,
  customer: Customer,
  more: Pick<BuildOptions, 'pool' | 'seen' | 'generation' | 'signal' | 'policy'>,
): Promise<ServedToolset> {
  const { buildToolset } = await import('../../toolset/build/build.ts')
  const { stack } = sources
  const find = endpointFinderOnce(stack, customer)
  const toolset = await buildToolset(customer, { ...toolsetSettings(sources), ...more, find })
  rememberTools(stack.state.folder, listedTools(toolset))
  return toolset
}
