// How to get to another host, of customers, servers and platforms: certificates and proxy.

import { dirname, resolve } from 'node:path'
import type { Path } from '../document/problems.ts'
import type { ResolveContext } from './context.ts'
import { bundleFault, keyFault } from './pem.ts'
import { readUrl } from './urls.ts'

interface NetworkInput {
  ca_file?: string | undefined
  proxy?: string | undefined
  client_cert_file?: string | undefined
  client_key_file?: string | undefined
}

/** The settings with an absolute `ca_file`. The file and the proxy are checked at `at`, where they are written. */
export function checkedNetwork<T extends Pick<NetworkInput, 'ca_file' | 'proxy'>>(
  context: ResolveContext,
  at: Path,
  input: T,
): T {
  const { ca_file: caFile, proxy } = input
  if (proxy !== undefined) checkProxy(context, at, proxy)
  return caFile === undefined ? input : { ...input, ca_file: pemFile(context, at, 'ca_file', caFile) }
}

/** Reports a proxy whose URL cannot be used, or contains a secret in clear text. */
export function checkProxy({ reporter }: ResolveContext, at: Path, proxy: string): void {
  readUrl(proxy, [...at, 'proxy'], reporter, 'http://proxy.example.com:3128')
}

/** Absolute; relative paths belong to the folder of the configuration. Reports a file that is not what it must be. */
export function pemFile(
  { file, reporter, readFile }: ResolveContext,
  at: Path,
  key: 'ca_file' | 'client_cert_file' | 'client_key_file' | 'private_key_file',
  path: string,
): string {
  const absolute = resolve(dirname(file), path)
  const reading = readFile(absolute)
  const fault =
    'fault' in reading
      ? { message: reading.fault, hint: `put the PEM file at ${absolute}, where supportmax can read it` }
      : key.endsWith('key_file')
        ? keyFault(reading.content)
        : bundleFault(reading.content, path)
  if (fault) reporter.error([...at, key], fault.message, fault.hint)
  return absolute
}

/** Absolute paths; reports one without the other. */
export function clientCertificateOf(
  context: ResolveContext,
  at: Path,
  { client_cert_file: cert, client_key_file: key }: NetworkInput,
): { certFile: string; keyFile: string } | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    const written = cert === undefined ? 'client_key_file' : 'client_cert_file'
    const missing = cert === undefined ? 'client_cert_file' : 'client_key_file'
    context.reporter.error([...at, written], `needs "${missing}" too`, `add "${missing}"`)
    return undefined
  }
  return {
    certFile: pemFile(context, at, 'client_cert_file', cert),
    keyFile: pemFile(context, at, 'client_key_file', key),
  }
}
