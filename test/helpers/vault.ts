// A stand-in for Vault's KV engine, version 2: neither Vault nor OpenBao can be had on a machine without their downloads.
// It answers what the documentation says: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version,
// https://developer.hashicorp.com/vault/api-docs#http-status-codes, and what issues of the project quote
// (hashicorp/vault#28233 for a mount that does not exist).
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { closing } from './closing.ts'

export interface StandInVault {
  address: string
  token: string
  /** What is at a path of the mount `secret`. */
  secrets: Map<string, StandInSecret>
  /** Answers every request instead. */
  instead?: ((req: IncomingMessage, res: ServerResponse) => void) | undefined
  isSealed: boolean
  /** Path, namespace and token of each request. */
  asked: { path: string; namespace: string | undefined; token: string | undefined }[]
}

interface StandInSecret {
  fields: Record<string, unknown> | null
  version?: number
  deletion_time?: string
  destroyed?: boolean
  /** Of the whole answer; 0 in a KV engine. */
  lease?: number
}

/** Over https with this certificate, else over http; closed after the test. */
export async function startVault(tls?: { cert: string; key: string }): Promise<StandInVault> {
  return closing(await openVault(tls))
}

/** The same for several tests: close it. */
export async function openVault(tls?: {
  cert: string
  key: string
}): Promise<StandInVault & { close(): void }> {
  const answer = (req: IncomingMessage, res: ServerResponse) => {
    const { 'x-vault-token': token, 'x-vault-namespace': namespace } = req.headers
    vault.asked.push({ path: req.url ?? '', namespace: namespace?.toString(), token: token?.toString() })
    if (vault.instead) return vault.instead(req, res)
    respond(res, ...answerOf(vault, req.url ?? '', token))
  }
  const server = tls
    ? createSecureServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, answer)
    : createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const vault: StandInVault & { close(): void } = {
    address: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    token: 'hvs.canary-token-of-vault',
    secrets: new Map(),
    isSealed: false,
    asked: [],
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return vault
}

export function respond(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify(body))
}

function answerOf(
  { isSealed, token: known, secrets }: StandInVault,
  path: string,
  token: unknown,
): [status: number, body: unknown] {
  if (isSealed) return [503, { errors: ['Vault is sealed'] }]
  if (token !== known)
    return [403, { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'] }]
  const [, name] = /^\/v1\/secret\/data\/(.*)$/.exec(decodeURIComponent(path)) ?? []
  if (name === undefined)
    return [404, { errors: [`no handler for route "${path.slice(4)}". route entry not found.`] }]
  if (name.startsWith('forbidden/'))
    return [403, { errors: ['1 error occurred:\n\t* permission denied\n\n'] }]
  const secret = secrets.get(name)
  if (!secret) return [404, { errors: [] }]
  const { fields, version = 1, deletion_time = '', destroyed = false, lease = 0 } = secret
  return [
    fields === null ? 404 : 200,
    {
      request_id: 'bcde9b0f-5cde-8394-d385-753aacd8a1dd',
      lease_id: '',
      renewable: false,
      lease_duration: lease,
      data: {
        data: fields,
        metadata: {
          created_time: '2026-11-22T02:24:06.945319214Z',
          custom_metadata: null,
          deletion_time,
          destroyed,
          version,
        },
      },
      wrap_info: null,
      warnings: null,
      auth: null,
    },
  ]
}
