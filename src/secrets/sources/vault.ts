// A secret in HashiCorp Vault or OpenBao, in a KV engine of version 2:
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version

import { fileStamp } from '../../base/files.ts'
import { cappedBody } from '../../base/http/capped-body.ts'
import { connectionFailure, seenFailure } from '../../base/http/sockets/connection-failure.ts'
import { fetchAlong } from '../../base/http/sockets/fetch.ts'
import { hideSecret } from '../../base/redact.ts'
import { bytes, milliseconds } from '../../base/text/amounts.ts'
import type { VaultSettings } from '../../config/project.ts'
import type { SecretAnswer, SecretFault } from '../finding.ts'
import { answerIn, type VaultPlace, type VaultResponse } from './vault-answer.ts'

export interface VaultContext {
  /** The token that the settings name, or that of `vault login`; or why there is none. */
  tokenFor(vault: VaultSettings): SecretAnswer
  timeoutMs: number
}

/** Reads fields of secrets. Parallel reads of the same secret share one request. */
export function openVault({
  tokenFor,
  timeoutMs,
}: VaultContext): (place: VaultPlace) => Promise<SecretAnswer> {
  const reading = new Map<string, Promise<VaultResponse | SecretFault>>()
  return async place => {
    const { vault, path } = place
    const token = tokenFor(vault)
    if (!('value' in token)) return token
    hideSecret(token.value)
    const key = JSON.stringify([vault, path, token.value])
    const response = reading.get(key) ?? read(place, token.value, timeoutMs)
    reading.set(key, response)
    try {
      const got = await response
      return 'reason' in got ? got : answerIn(got, place)
    } finally {
      reading.delete(key)
    }
  }
}

/** All versions of a secret together: Vault's own limit for an entry is about a megabyte. */
const LARGEST = 2 * 1_048_576

async function read(
  { vault, path }: VaultPlace,
  token: string,
  timeoutMs: number,
): Promise<VaultResponse | SecretFault> {
  const url = urlOf(vault, path)
  const network = { tls: { caFile: vault.caFile }, proxy: undefined }
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetchAlong(network, fileStamp(vault.caFile ?? ''), url, {
      headers: {
        accept: 'application/json',
        'x-vault-token': token,
        // Vault refuses requests without it where its agent or proxy demands it:
        // https://developer.hashicorp.com/vault/docs/agent-and-proxy/agent/apiproxy
        'x-vault-request': 'true',
        ...(vault.namespace === undefined ? {} : { 'x-vault-namespace': vault.namespace }),
      },
      redirect: 'manual',
      signal: timeout,
    })
    const body = await cappedBody(response, LARGEST)
    if (body) return { status: response.status, headers: response.headers, body: body.toString('utf8') }
    return {
      reason: `Vault at ${url.host}: the answer is larger than ${bytes(LARGEST)}`,
      hint: CHECK_ADDRESS,
    }
  } catch (error) {
    const where = `Vault at ${url.host}`
    if (timeout.aborted)
      return { reason: `${where}: no answer within ${milliseconds(timeoutMs)}`, hint: CHECK_ADDRESS }
    const { words, remedy } =
      url.protocol === 'https:' ? await seenFailure(error, url) : connectionFailure(error, url.host)
    return { reason: `Vault at ${words}`, hint: remedy ?? CHECK_ADDRESS }
  }
}

const CHECK_ADDRESS = 'check "address" in "secrets.vault"'

function urlOf({ address, mount }: VaultSettings, path: string): URL {
  const segments = [...mount.split('/'), 'data', ...path.split('/')].map(encodeURIComponent)
  return new URL(`${address}/v1/${segments.join('/')}`)
}
