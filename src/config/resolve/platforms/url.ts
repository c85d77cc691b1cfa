import type { Path } from '../../document/problems.ts'
import type { ResolveContext } from '../context.ts'
import { PORT_0 } from '../urls.ts'

/**
 * Reports a URL that is not plain http(s), or that may contain a secret.
 *
 * @param example as it is written in the file, including quotes
 * @param keySetting where secrets belong, including quotes
 */
export function checkUrl(
  { reporter }: ResolveContext,
  path: Path,
  url: string | undefined,
  example: string,
  keySetting = '"api_key_env"',
): void {
  if (url === undefined) return
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    reporter.error(path, 'must be an http or https URL', `use for example ${example}`)
  else if (parsed.port === '0') reporter.error(path, PORT_0.message, PORT_0.hint)
  else if (parsed.username || parsed.password)
    reporter.error(path, 'contains credentials', `remove them and name a credential in ${keySetting}`)
  else if (parsed.search || parsed.hash)
    reporter.error(path, 'must not have a query or a fragment', `remove it, and name a key in ${keySetting}`)
}
