import { isLoopback } from '../../base/text/urls.ts'

/**
 * Why a container cannot reach `host`, as the parser of URLs writes it; undefined if it may. Under Docker, an address of
 * this machine itself means the container. `role`: what the host is, such as `the proxy `.
 */
export function loopbackFault(host: string, role = ''): { message: string; hint: string } | undefined {
  if (!isLoopback(host) && !UNSPECIFIED.test(host)) return undefined
  return {
    message: `under Docker, ${role}${host} is the container itself`,
    hint: 'use http://host.docker.internal:… with "extra_hosts": ["host.docker.internal:host-gateway"], or "runtime": "local"',
  }
}

const UNSPECIFIED = /^0\.0\.0\.0$|^\[::\]$|^\[::ffff:0:0\]$/
