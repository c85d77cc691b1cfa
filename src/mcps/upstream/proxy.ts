type Env = Record<string, string | undefined>

/**
 * The proxy that Node's fetch uses for `url`: with NODE_USE_ENV_PROXY=1, that of HTTP_PROXY or HTTPS_PROXY, unless
 * NO_PROXY lists the host. Undefined = none. https://nodejs.org/api/http.html#built-in-proxy-support
 */
export function proxyFor(url: URL, env: Env): URL | undefined {
  if (env.NODE_USE_ENV_PROXY !== '1') return undefined
  const [http, https] = [env.http_proxy ?? env.HTTP_PROXY, env.https_proxy ?? env.HTTPS_PROXY]
  const proxy = url.protocol === 'https:' ? https : http
  if (!proxy || !URL.canParse(proxy)) return undefined
  const direct = (env.no_proxy ?? env.NO_PROXY ?? '').toLowerCase().split(/[\s,]+/)
  return direct.some(entry => covers(entry, url)) ? undefined : new URL(proxy)
}

/** One entry of NO_PROXY: `*`, `host`, `host:port`, `.domain` or `*.domain`. */
function covers(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '*') return true
  const [, name = '', entryPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? []
  if (name === '' || (entryPort && entryPort !== (port || (protocol === 'https:' ? '443' : '80'))))
    return false
  return name.startsWith('.') || name.startsWith('*.')
    ? hostname.endsWith(name.replace(/^\*/, ''))
    : hostname === name
}
