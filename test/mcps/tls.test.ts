import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { OPENSSL, selfSigned } from '../helpers/certificate.ts'
import { closing } from '../helpers/closing.ts'
import { jsonSystem } from '../helpers/json-system.ts'
import { ownClient } from '../helpers/own-client.ts'

/** What get_status says of a system that serves TLS with these options. */
async function told(options: ServerOptions, env: Record<string, string> = {}): Promise<string> {
  const server = createServer(options, (_req, res) => res.end('{"versionInfo":{"version":"1.2.3"}}'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({ close: () => server.close() })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { client } = await ownClient('alertmanager', { ALERTMANAGER_URL: url, ...env })
  return (await client.call('get_status')).text
}

describe.skipIf(!OPENSSL)('a system behind TLS', () => {
  it('is reached with its CA, and without it the certificate and the setting are named', async () => {
    const { key, cert, file } = selfSigned('IP:127.0.0.1')
    expect(await told({ key, cert }, { NODE_EXTRA_CA_CERTS: file })).toContain('Alertmanager 1.2.3')
    expect(await told({ key, cert })).toBe(
      'cannot reach Alertmanager: its certificate is self-signed (set "ca_file" to the PEM file of the CA that issued it)',
    )
  })

  it('with a certificate for another host says so', async () => {
    const { key, cert, file } = selfSigned('DNS:other.example')
    expect(await told({ key, cert }, { NODE_EXTRA_CA_CERTS: file })).toBe(
      'cannot reach Alertmanager: its certificate is for another host name ' +
        '(use a host name that the certificate lists, or install a certificate for this one)',
    )
  })

  it('that closes the connection is suspected to require a client certificate', async () => {
    const { key, cert, file } = selfSigned('IP:127.0.0.1')
    const options = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }
    expect(await told(options, { NODE_EXTRA_CA_CERTS: file })).toBe(
      'cannot reach Alertmanager: the other side closed the connection (it may require a client certificate)',
    )
  })
})

describe('a system without TLS', () => {
  it('at an address with https:// is named as the cause', async () => {
    const plain = await jsonSystem(() => ({}))
    const { client } = await ownClient('alertmanager', {
      ALERTMANAGER_URL: plain.url.replace('http:', 'https:'),
    })
    expect((await client.call('get_status')).text).toBe(
      'cannot reach Alertmanager: it does not speak TLS (use http:// in the address, or the port that serves TLS)',
    )
  })
})
