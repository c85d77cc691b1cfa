import { fileURLToPath } from 'node:url'
import { startWorld, type World, type WorldOptions } from '../../src/demo/world.ts'

/** The demo's simulated systems on a free port, with the customers of templates/demo. */
export function startDemoWorld(options: Partial<WorldOptions> = {}): Promise<World> {
  const data = fileURLToPath(new URL('../../templates/demo', import.meta.url))
  return startWorld({ port: 0, data, ...options })
}
