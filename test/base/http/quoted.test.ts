import { describe, expect, it } from 'vitest'
import { quotedRefusal } from '../../../src/base/http/quoted.ts'

describe("a refusal that a tool's error quotes", () => {
  it.each([
    [
      'list datasources: [GET /datasources][401] getDataSourcesUnauthorized {"message":"Invalid API key"}',
      'Grafana rejected the token (HTTP 401): Invalid API key',
    ],
    ['[GET /search][401] searchUnauthorized  &{Message:0xc0}', 'Grafana rejected the token (HTTP 401)'],
    [
      'get dashboard: [GET /dashboards/uid/{uid}][403] getDashboardByUidForbidden {"message":"You need dashboards:read"}',
      'Grafana: forbidden (HTTP 403): You need dashboards:read',
    ],
    ['[GET /datasources][502] ', 'Grafana: bad gateway: the proxy in front got no valid response (HTTP 502)'],
  ])('%s', (text, words) => {
    expect(quotedRefusal(text, 'Grafana')).toBe(words)
  })

  it.each(['Invalid API key', 'HTTP 401', '[1][401]', ''])('is none in %j', text => {
    expect(quotedRefusal(text, 'Grafana')).toBeUndefined()
  })
})
