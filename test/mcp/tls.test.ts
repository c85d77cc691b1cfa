import { readFileSync } from 'node:fs'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/mcp/endpoint.ts'
import { probe } from '../../src/mcp/probe.ts'
import { type Certificates, createCertificates } from '../helpers/certificates.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, startServer } from '../helpers/mcp-servers.ts'

let certificates: Certificates
beforeAll(() => {
  certificates = createCertificates()
})

/** A real MCP server behind TLS with this certificate. */
async function behindTls(name: 'server' | 'other' | 'expired', more: ServerOptions = {}): Promise<number> {
  const inner = await startServer({ kind: 'legacy', tools: [echo] })
  const { cert, key } = certificates.cert(name)
  const options = { cert: readFileSync(cert), key: readFileSync(key), ...more }
  const server = createServer(options, async (req, res) => {
    const body = await new Response(req as unknown as ReadableStream).text().catch(() => '')
    const headers = Object.fromEntries(
      Object.entries(req.headers).filter(([h]) => !/^(host|connection|content-length)$/.test(h)),
    )
    const answer = await fetch(inner.url, {
      method: req.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body ? { body } : {}),
    })
    res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    async close() {
      server.closeAllConnections()
      server.close()
      await inner.close()
    },
  })
  return (server.address() as AddressInfo).port
}

const probed = (port: number, tls: Endpoint['tls'] = {}) =>
  probe(endpointOf({ url: `https://127.0.0.1:${port}/mcp` }, { tls }))

describe('TLS to an external server', () => {
  it('with a private CA names the certificate, and ca_file as the remedy', async () => {
    const port = await behindTls('server')
    const found = await probed(port)
    expect(found).toMatchObject({
      state: 'unhealthy',
      hint: 'set "ca_file" to the PEM file of the CA that issued it',
    })
    expect(found.reason).toMatch(
      /its certificate is from a CA that is not trusted \(certificate of "mcp.acme.example", issued by "Private CA", valid until \d{4}-\d\d-\d\d\)$/,
    )
    expect(await probed(port, { caFile: certificates.ca })).toMatchObject({ state: 'ready' })
  })

  it('with a certificate for another host says so', async () => {
    const found = await probed(await behindTls('other'), { caFile: certificates.ca })
    expect(found.reason).toContain('its certificate is for another host name (certificate of "other.example"')
    expect(found.hint).toContain('use a host name that the certificate lists')
  })

  it('with an expired certificate says since when', async () => {
    const found = await probed(await behindTls('expired'), { caFile: certificates.ca })
    expect(found.reason).toMatch(/its certificate has expired \(.*valid until \d{4}-\d\d-\d\d\)/)
    expect(found.hint).toBe('install a valid certificate on that server')
  })

  it('uses our certificate where the server requires one', async () => {
    const port = await behindTls('server', {
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(certificates.ca),
    })
    const found = await probed(port, { caFile: certificates.ca })
    expect(found.reason).toContain('it requires a client certificate')
    expect(found.hint).toBe('set "client_cert_file" and "client_key_file"')
    const { cert, key } = certificates.cert('client')
    const tls = { caFile: certificates.ca, certFile: cert, keyFile: key }
    expect(await probed(port, tls)).toMatchObject({ state: 'ready' })
  })

  it('to a port without TLS says so', async () => {
    const plain = await rawServer((_req, res) => res.end())
    closing(plain)
    const found = await probed(plain.port)
    expect(found.reason).toContain('it does not speak TLS')
    expect(found.hint).toContain('use http://')
  })

  it('reports a file that cannot be read, or holds no certificate, by the key that names it', async () => {
    const port = await behindTls('server')
    expect(await probed(port, { caFile: '/nowhere/ca.pem' })).toMatchObject({
      state: 'unhealthy',
      reason: 'ca_file: cannot read /nowhere/ca.pem (ENOENT)',
    })
  })
})
