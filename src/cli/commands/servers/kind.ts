import { shownUrl } from '../../../base/text/urls.ts'
import { isAlwaysLocal, packageOf, type Server } from '../../../config/project.ts'
import { commandText } from '../../../stack/up/before/consent.ts'

/** What a server is, in a word: a type of the catalogue, `command`, … */
export function kindOf({ type, managed }: Server): string {
  return managed || type === 'remote' ? type : `${type} (external)`
}

/** What it runs or connects to, on a line; without values of credentials. */
export function targetOf(server: Server): string {
  if (isAlwaysLocal(server) || packageOf(server)) return commandText(server)
  if (!server.managed) return shownUrl(server.url)
  return server.image.kind === 'pull' ? server.image.ref : `${server.system}, by supportmax's own server`
}
