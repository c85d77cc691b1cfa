import { describe, expect, it } from 'vitest'
import { randomSegment, secretParameters, shownUrl } from '../../../src/base/text/urls.ts'

describe('secrets in a URL', () => {
  it.each([
    ['https://mcp.example/mcp?api_key=abc', ['api_key']],
    ['https://mcp.example/mcp?x=1&Token=abc&exaApiKey=z', ['Token']],
    ['https://mcp.example/mcp?api%5Fkey=abc', ['api_key']],
    ['https://mcp.example/mcp?x-api-key=abc#token=x', ['x-api-key']],
    ['https://mcp.example/mcp?access_token=a&client_secret=b', ['access_token', 'client_secret']],
    ['https://mcp.example/mcp?api_key=${EXA_KEY}', []],
    ['https://mcp.example/mcp?api_key=', []],
    ['https://mcp.example/mcp?tenant=acme&keyboard=de', []],
    ['https://mcp.example/token/mcp', []],
  ])('are known by the name of their parameter: %s', (url, names) => {
    expect(secretParameters(url)).toEqual(names)
  })

  it.each([
    [
      'https://mcp.example/s/0f8fad5b-d9cb-469f-a165-70867728950e/mcp',
      '0f8fad5b-d9cb-469f-a165-70867728950e',
    ],
    ['https://mcp.example/YmYzMjU3ZWQtNzg4Ny00/mcp?x=1', 'YmYzMjU3ZWQtNzg4Ny00'],
    ['https://mcp.example/api/v2/monitoring-grafana-production-2/mcp', undefined],
    ['https://0f8fad5b-d9cb-469f-a165-70867728950e.example/mcp', undefined],
    ['https://mcp.example/internationalization-service/mcp', undefined],
  ])('are suspected in a long random part of the path: %s', (url, part) => {
    expect(randomSegment(url)).toBe(part)
  })

  it.each([
    ['https://u:p@mcp.example/mcp', 'https://***@mcp.example/mcp'],
    ['https://${USER_NAME}:${PASS}@mcp.example/mcp', 'https://${USER_NAME}:${PASS}@mcp.example/mcp'],
    ['https://mcp.example/mcp?api_key=abc&x=1', 'https://mcp.example/mcp?api_key=***&x=1'],
    ['https://mcp.example/mcp?api_key=${KEY}', 'https://mcp.example/mcp?api_key=${KEY}'],
    ['https://mcp.example/mcp?k=0f8fad5bd9cb469fa165', 'https://mcp.example/mcp?k=***'],
    ['https://mcp.example/s/0f8fad5b-d9cb-469f-a165-70867728950e/mcp', 'https://mcp.example/s/***/mcp'],
    ['http://127.0.0.1:9201/mcp', 'http://127.0.0.1:9201/mcp'],
    ['not a url', 'not a url'],
  ])('are not shown: %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown)
  })
})
