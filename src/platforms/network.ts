// The sockets to a platform's vendor: its proxy, the CAs it trusts, its client certificate.

import { fileStamp } from '../base/files.ts'
import type { HttpProxy, NetworkPath } from '../base/http/sockets/sockets.ts'
import type { TlsFiles } from '../base/http/sockets/trust.ts'
import { hideSecret } from '../base/redact.ts'
import { isLoopback, percentDecoded } from '../base/text/urls.ts'
import type { EnvironmentProxies } from '../config/env.ts'
import type { PlatformSettings } from '../config/project.ts'
import { fillReferences } from '../config/references.ts'
import { faultIn } from './faults/fault.ts'

/** Changes when one of the files does. */
export function stampOf({ caFile, certFile, keyFile }: TlsFiles): string {
  const files = [caFile, certFile, keyFile].filter(file => file !== undefined)
  return files.map(fileStamp).join(' ')
}

/** The way from this machine to a URL. */
export type PathTo = (url: URL) => NetworkPath

/**
 * As the file says, and otherwise as the environment says.
 *
 * @param credential the value of a credential for a setting; throws if it has none
 */
export function pathsOf(
  { name: platform, network }: PlatformSettings,
  credential: (name: string, setting: string) => string,
  proxies: EnvironmentProxies,
): PathTo {
  const { caFile, clientCertificate, proxy, noProxy } = network
  const tls = { caFile, ...clientCertificate }
  const own = proxy === undefined ? undefined : fillReferences(proxy, one => credential(one, '"proxy"'))
  if (own !== undefined) {
    checkProxy(platform, own, '"proxy"')
    hideCredentials(own)
  }
  return url => {
    if (own !== undefined) return { tls, proxy: { url: own, except: noProxy?.join(',') ?? '' } }
    // As in Go: https://pkg.go.dev/net/http#ProxyFromEnvironment. No proxy of a company leads back to this machine.
    if (isLoopback(url.hostname)) return { tls, proxy: undefined }
    const found = url.protocol === 'https:' ? proxies.https : proxies.http
    return { tls, proxy: found && environmentProxy(platform, found, noProxy?.join(',') ?? proxies.except) }
  }
}

function environmentProxy(
  platform: string,
  { url, variable }: { url: string; variable: string },
  except = '',
): HttpProxy {
  checkProxy(platform, url, variable)
  hideCredentials(url)
  return { url, except, variable }
}

/** The pair is hidden as well, because a proxy may repeat the header in which it is one text in Base64. */
function hideCredentials(proxy: string): void {
  const { username, password } = new URL(proxy)
  hideSecret(password)
  if (password !== '') hideSecret(`${percentDecoded(username)}:${percentDecoded(password)}`)
}

const PROXY_URL = { remedy: 'use http://host:port' }

function checkProxy(platform: string, url: string, setting: string): void {
  const protocol = URL.parse(url)?.protocol
  if (protocol === undefined) throw faultIn(platform, 'network', `${setting} is not a URL`, PROXY_URL)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw faultIn(
      platform,
      'network',
      `${setting}: unsupported protocol "${protocol.slice(0, 20)}//"`,
      PROXY_URL,
    )
}
