/**
 * Why a container cannot reach `host`, as the parser of URLs writes it; undefined if it may. Under Docker, an address of
 * this machine itself means the container. `role`: what the host is, such as `the proxy `.
 */
export function loopbackFault(host: string, role = ''): { message: string; hint: string } | undefined {
  if (!LOOPBACK.test(host)) return undefined
  return {
    message: `under Docker, ${role}${host} is the container itself`,
    hint: 'use http://host.docker.internal:… with "extra_hosts": ["host.docker.internal:host-gateway"], or "runtime": "local"',
  }
}

const LOOPBACK = /^(.+\.)?localhost\.?$|^127\.|^0\.0\.0\.0$|^\[::1?\]$|^\[::ffff:(7f[\da-f]{2}:|0:0\])/
