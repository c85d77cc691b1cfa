import { resolve } from 'node:path'
import { gate } from '../base/waiting/gate.ts'
import { type Environment, readEnvironment } from '../config/env.ts'
import { interpretProject } from '../config/load.ts'
import type { Project } from '../config/project.ts'
import { engineSocket } from '../runtimes/engine-address.ts'
import { type Credentials, NO_CREDENTIALS } from '../secrets/credentials.ts'
import { endpointOf } from './look/endpoint.ts'
import { openRuntimes } from './runtimes.ts'
import type { Stack } from './stack.ts'
import { openState, projectOfState } from './state/folder.ts'

/** Probes have a timeout: dozens at once on a small machine would delay each other beyond it. */
const PROBES_AT_ONCE = 12
const NEVER = new AbortController().signal

/** The stack of a project. Starts and connects nothing yet. */
export function openStack(project: Project, credentials: Credentials, environment: Environment): Stack {
  const pass = gate(PROBES_AT_ONCE)
  const state = openState(project, credentials, environment.stateHome)
  const stack: Stack = {
    project,
    credentials,
    state,
    onCompose: undefined,
    authorizers: new Map(),
    runtimes: openRuntimes({ project, state, environment, onCompose: pid => stack.onCompose?.(pid) }),
    engineSocket: () => engineSocket(environment.variables),
    probe: async (server, place, signal) => {
      const { probe } = await import('../mcp/probe.ts')
      return pass(signal ?? NEVER, () => probe(endpointOf(stack, server, place), signal))
    },
  }
  return stack
}

/**
 * A project whose configuration is missing or broken, from the name of its state folder: just enough to stop what was
 * started. Undefined when nothing was ever started from that file.
 */
export function openRemnant(config: string, environment = readEnvironment()): Stack | undefined {
  const file = resolve(config)
  const name = projectOfState(file, environment.stateHome)
  if (name === undefined) return undefined
  const { project } = interpretProject(file, `{"project":"${name}","customers":[]}`)
  // It starts nothing, so it needs no credentials, and a broken credentials file does not matter.
  return project && openStack(project, NO_CREDENTIALS, environment)
}
