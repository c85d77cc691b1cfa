import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { selfSigned } from '../helpers/certificate.ts'
import { createCertificates } from '../helpers/certificates.ts'
import { closing } from '../helpers/closing.ts'
import { world } from '../helpers/coordinated.ts'
import { startProxy } from '../helpers/proxy.ts'
import { behindTls } from '../helpers/tls-front.ts'

it('a pause ends when the ca_file is replaced by the right one', async () => {
  const certificates = createCertificates()
  const fake = await behindTls(closing(await startFakePlatforms()), certificates.cert('server'))
  const caFile = join(certificates.folder, 'trusted.pem')
  copyFileSync(selfSigned('DNS:other.example').file, caFile)
  const over = { openai: { baseUrl: fake.url('openai'), network: { caFile } } }
  const { ask, coordinator } = await world({ order: ['openai'], over })
  const [state] = [() => coordinator.states()[0]?.breaker.state]
  for (let i = 0; i < 3; i++) expect((await ask()).fault?.message).toContain('a CA that is not trusted')
  expect(state()).toBe('open')
  copyFileSync(certificates.ca, caFile)
  expect(state()).toBe('closed')
  expect(await ask()).toMatchObject({ text: 'Hello from openai.', notices: [] })
})

it('a pause ends when the credentials of the proxy change', async () => {
  const proxy = await startProxy({ credentials: 'user:right-password' })
  const secrets: Record<string, string> = { PROXY_PASSWORD: 'wrong-password' }
  const network = { proxy: `http://user:\${PROXY_PASSWORD}@127.0.0.1:${proxy.port}` }
  const { ask } = await world({
    order: ['openai'],
    over: { openai: { network } },
    secretOf: name => secrets[name] ?? 'key-1',
  })
  for (let i = 0; i < 3; i++)
    expect((await ask()).fault?.message).toContain('the proxy requires authentication')
  secrets.PROXY_PASSWORD = 'right-password'
  expect(await ask()).toMatchObject({ text: 'Hello from openai.', notices: [] })
})
