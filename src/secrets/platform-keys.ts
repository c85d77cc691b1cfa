import type { Project } from '../config/project.ts'
import { platformCredentials } from '../config/resolve/shared.ts'
import type { Credentials } from './credentials.ts'

export interface KeyLoading {
  warn?: ((text: string) => void) | undefined
  /** Ends the waiting; the returned function then rejects with its reason. */
  signal?: AbortSignal | undefined
}

/**
 * Gets the credentials of all model platforms. Warns once of what is wrong with the places of those that the file enables: a
 * platform without its key is only passed over.
 */
export function platformKeyLoader(
  { platforms }: Pick<Project, 'platforms'>,
  credentials: Credentials,
  { warn = () => {}, signal }: KeyLoading,
): () => Promise<void> {
  const said = new Set<string>()
  return async () => {
    await credentials.load(platforms.flatMap(platformCredentials), signal)
    for (const name of platforms.filter(one => one.written && one.enabled).flatMap(platformCredentials)) {
      const { reason, hint } = credentials.find(name)
      const text = `${name}: ${reason}; ${hint}`
      if (reason !== '' && !said.has(text)) warn(text)
      said.add(text)
    }
  }
}
