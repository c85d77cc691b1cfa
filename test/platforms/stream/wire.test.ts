import { expect, it } from 'vitest'
import { openPlatform } from '../../../src/platforms/open.ts'
import { onWire, openWire } from '../../../src/platforms/stream/wire.ts'
import { startFakePlatforms } from '../../fake-platforms/start.ts'
import { createCertificates } from '../../helpers/certificates.ts'
import { closing } from '../../helpers/closing.ts'
import { settingsOf } from '../../helpers/coordinated.ts'
import { startProxy } from '../../helpers/proxy.ts'
import { behindTls } from '../../helpers/tls-front.ts'
import { all } from '../vendors.ts'

it('a request has left when it is sent to the model, not when a proxy is asked for a tunnel', async () => {
  const certificates = createCertificates()
  const fake = closing(await startFakePlatforms())
  const at = await behindTls(fake, certificates.cert('server'))
  const proxy = await startProxy()
  const wire = openWire()
  const sentBefore: (number | undefined)[] = []
  proxy.seen.push = () => sentBefore.push(wire.sentAt)
  const network = { caFile: certificates.ca, proxy: proxy.url }
  const platform = await openPlatform(settingsOf(at, 'anthropic', { network }), () => 'key')
  const { fault } = await onWire(wire, () => all(platform))
  expect(fault).toBeUndefined()
  expect(sentBefore).toEqual([undefined])
  expect(wire.arrivedAt).toBeGreaterThanOrEqual(wire.sentAt ?? Number.NaN)
})
