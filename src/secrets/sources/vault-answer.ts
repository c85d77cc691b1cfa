// What Vault answers. Statuses: https://developer.hashicorp.com/vault/api-docs#http-status-codes

import { ownWords, statusWords } from '../../base/http/words.ts'
import { isRecord, parsedJson } from '../../base/records.ts'
import { redactedLine } from '../../base/redact.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import { quotedList } from '../../base/text/words.ts'
import type { SecretPlace } from '../../config/project.ts'
import type { SecretAnswer, SecretFault } from '../finding.ts'

export interface VaultResponse {
  status: number
  headers: Headers
  body: string
}

export type VaultPlace = Extract<SecretPlace, { kind: 'vault' }>

/** The value of the field in a response, or why there is none. */
export function answerIn(response: VaultResponse, place: VaultPlace): SecretAnswer {
  const { vault, path } = place
  const said = parsedJson(response.body)
  const answer = response.status === 200 ? valueIn(said, place) : refusal(response, said, place)
  if ('value' in answer) return answer
  const { host } = new URL(vault.address)
  return { reason: `Vault at ${host}: ${vault.mount}/${path}: ${answer.reason}`, hint: answer.hint }
}

function valueIn(said: unknown, { vault, path, field }: VaultPlace): SecretAnswer {
  const data = isRecord(said) ? said.data : undefined
  if (!isRecord(data))
    return { reason: 'the answer does not come from Vault', hint: 'check "address" in "secrets.vault"' }
  // Version 1 has the fields here, and so would answer for a path that begins with "data".
  if (!isRecord(data.data) || !isRecord(data.metadata))
    return { reason: `"${vault.mount}" is not a KV engine of version 2`, hint: CHECK_MOUNT }
  const fields = Object.keys(data.data)
  const wanted = field ?? (fields.length === 1 ? fields[0] : undefined)
  if (wanted === undefined || !Object.hasOwn(data.data, wanted)) {
    const fault = wanted === undefined ? 'has more than one field' : `has no field "${wanted}"`
    return { reason: fault, hint: `set "field" to one of: ${shown(fields)}` }
  }
  const value = data.data[wanted]
  if (typeof value === 'string' && value !== '') return { value, freshMs: lease(said) }
  if (typeof value === 'number' || typeof value === 'boolean')
    return { value: String(value), freshMs: lease(said) }
  const what = value === '' ? 'is empty' : 'is not text'
  return {
    reason: `the field "${wanted}" ${what}`,
    hint: `run \`vault kv get ${typed(vault.mount, path)}\``,
  }
}

/** Seconds for which the value is valid; 0 where it has no lease, as in a KV engine. */
function lease(said: unknown): number | undefined {
  const seconds = isRecord(said) ? Number(said.lease_duration) : 0
  return seconds > 0 ? seconds * 1_000 : undefined
}

const CHECK_MOUNT = 'check "mount" in "secrets.vault": `vault secrets list -detailed` shows the mounts'

function refusal(response: VaultResponse, said: unknown, { vault, path }: VaultPlace): SecretFault {
  const { status, headers } = response
  const errors = isRecord(said) && Array.isArray(said.errors) ? said.errors.join('; ') : ''
  const read = `run \`vault kv get ${typed(vault.mount, path)}\` to see why`
  if (status >= 300 && status < 400) return redirect(headers)
  if (status === 403)
    return {
      reason: /invalid token|expired/i.test(errors)
        ? 'the token is invalid or has expired'
        : 'permission denied: the token has expired, or may not read it',
      hint: `run \`vault login\`, or let its policy read ${vault.mount}/data/${path}`,
    }
  if (status === 404)
    return /no handler for route/.test(errors) ? noMount(vault.mount) : notThere(said, vault.mount, path)
  if (status === 503 && /sealed/i.test(errors))
    return { reason: 'Vault is sealed', hint: 'unseal it, or ask its administrators' }
  const words = ownWords(response)
  return { reason: `${statusWords(status, headers)}${words === undefined ? '' : `: ${words}`}`, hint: read }
}

/** A standby that does not forward requests. The token is sent only to the address in the configuration. */
function redirect(headers: Headers): SecretFault {
  const target = headers.get('location') ?? ''
  const origin = URL.canParse(target) ? new URL(target).origin : redactedLine(target, 100)
  return {
    reason: `redirects to ${origin}; the token is not sent there`,
    hint: `set "address" in "secrets.vault" to the active server, if that is ${origin}`,
  }
}

function noMount(mount: string): SecretFault {
  return { reason: `nothing is mounted at "${mount}"`, hint: CHECK_MOUNT }
}

/** A deleted version is a 404 too, with its metadata. */
function notThere(said: unknown, mount: string, path: string): SecretFault {
  const data = isRecord(said) && isRecord(said.data) ? said.data : {}
  const { deletion_time, destroyed, version } = isRecord(data.metadata) ? data.metadata : {}
  const where = typed(mount, path)
  if (destroyed === true)
    return {
      reason: `version ${version} was destroyed`,
      hint: `run \`vault kv put ${where} …\` to write a new one`,
    }
  if (typeof deletion_time === 'string' && deletion_time !== '')
    return {
      reason: `version ${version} was deleted`,
      hint: `run \`vault kv undelete -versions=${version} ${where}\`, or write a new one`,
    }
  return { reason: 'no such secret', hint: `check its path: \`vault kv get ${where}\`` }
}

/** Both come from the file, and people copy the line into a shell. */
function typed(mount: string, path: string): string {
  return `-mount=${shellWord(mount)} ${shellWord(path)}`
}

function shown(fields: readonly string[]): string {
  return fields.length === 0 ? 'none' : redactedLine(quotedList(fields.slice(0, 20)), 300)
}
