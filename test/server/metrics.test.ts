// What a running server counts, read as an operator reads it: with a token, and by a real Prometheus.

import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSeries } from '../../src/server/metrics/series.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { type Serving, serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

async function twoCustomers(): Promise<Serving> {
  const tools = [{ name: 'echo', annotations: { readOnlyHint: true }, run: () => 'done' }]
  const { url } = closing(await startServer({ kind: 'legacy', tools }))
  const customer = (name: string) => ({ name, mcp_servers: [{ name: 'one', url, trust_hints: true }] })
  return serving({ customers: [customer('Acme'), customer('Beta')] })
}

const read = (port: number, token?: string) =>
  fetch(`http://127.0.0.1:${port}/metrics`, { headers: token ? { authorization: `Bearer ${token}` } : {} })

describe('/metrics', () => {
  it('needs a token, and shows a customer only its own series', async () => {
    const { port, token, client } = await twoCustomers()
    await (await client('acme', { mode: 'legacy' })).callTool({ name: 'one__echo' })
    await (await client('beta', { mode: 'legacy' })).callTool({ name: 'one__echo' })
    const refused = await read(port)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await read(port, 'smx_wrong')).status).toBe(401)
    const own = await read(port, await token('acme'))
    expect(own.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const text = await own.text()
    expect(text).toContain('supportmax_gateway_sessions{customer="acme"} 1\n')
    expect(text).toContain(
      'mcp_client_operation_duration_seconds_count{mcp_method_name="tools/call",customer="acme",server="one",tool="echo",outcome="answered"} 1\n',
    )
    expect(text).not.toContain('beta')
    expect(text).not.toContain('customer=""')
    const all = await (await read(port, await token('*'))).text()
    expect(all).toContain('supportmax_gateway_sessions{customer="beta"} 1\n')
    expect(all).toContain('supportmax_gateway_requests_refused_total{customer="",reason="unauthorized"} 2\n')
  })

  it('is all that a token for metrics opens', async () => {
    const { url, port, token } = await twoCustomers()
    const headers = { authorization: `Bearer ${await token('*')}` }
    for (const customer of ['acme', '*', '%2A'])
      expect((await fetch(url(customer), { method: 'POST', headers, body: '{}' })).status).toBe(401)
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status).toBe(200)
  })

  it('counts what is refused, by reason', async () => {
    const { url, port, token, client } = await twoCustomers()
    await fetch(url('acme'), { method: 'POST', body: '{}' })
    await fetch(url('acme'), { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } })
    const result = await (await client('acme')).callTool({ name: 'one__unknown' }).catch(error => error)
    expect(String(result.message ?? JSON.stringify(result))).toContain('unknown tool')
    const text = await (await read(port, await token('*'))).text()
    expect(text).toContain(
      'supportmax_gateway_requests_refused_total{customer="acme",reason="unauthorized"} 1\n',
    )
    expect(text).toContain('supportmax_gateway_requests_refused_total{customer="",reason="stranger"} 1\n')
    expect(text).toContain(
      'supportmax_gateway_calls_refused_total{customer="acme",outcome="unknown_tool"} 1\n',
    )
  })
})

describe('series', () => {
  it('are bounded, however many tools and methods there are', async () => {
    const series = openSeries()
    const call = { customer: 'acme', server: 'one', outcome: 'answered', took: 5 } as const
    for (let count = 0; count < 1_000; count++) {
      series.call({ ...call, tool: `tool-${count}` })
      series.call({ ...call, server: '', tool: `unknown-${count}` })
      series.request({ customer: 'acme', method: `m/${count}`, outcome: 'error', took: 1 })
    }
    for (const method of ['tasks/get', 'subscriptions/listen'])
      series.request({ customer: 'acme', method, outcome: 'ok', took: 1 })
    const text = await series.text(undefined)
    const counts = text
      .split('\n')
      .filter(line => line.startsWith('mcp_client_operation_duration_seconds_count'))
    expect(counts).toHaveLength(202)
    expect(text).toContain('server="one",tool="other",outcome="answered"} 800\n')
    expect(text).toContain('server="",tool="other",outcome="answered"} 1000\n')
    expect(text).toContain('{customer="acme",mcp_method_name="other",outcome="error"} 1000\n')
    expect(text).toContain('{customer="acme",mcp_method_name="tasks/get",outcome="ok"} 1\n')
    expect(text).toContain('{customer="acme",mcp_method_name="subscriptions/listen",outcome="ok"} 1\n')
  })

  it('cannot be named so that they look like those of another customer', async () => {
    const series = openSeries()
    const tool = 'x",customer="beta"'
    series.call({ customer: 'acme', server: 'one', tool, outcome: 'answered', took: 5 })
    expect(await series.text('beta')).not.toContain('acme')
    expect(await series.text('acme')).toContain('tool="x\\",customer=\\"beta\\""')
  })
})

/** Debian's package prometheus. */
const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0

describe.skipIf(!hasPrometheus)('a real Prometheus (skipped without the package prometheus)', () => {
  it('scrapes all series with its token', async () => {
    const { port, token, client } = await twoCustomers()
    const acme = await client('acme')
    for (let count = 0; count < 3; count++) await acme.callTool({ name: 'one__echo' })
    const folder = newFolder()
    const [config, tokenFile] = [join(folder, 'prometheus.yml'), join(folder, 'token')]
    writeFileSync(tokenFile, await token('*'), { mode: 0o600 })
    const job = {
      job_name: 'supportmax',
      authorization: { credentials_file: tokenFile },
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    }
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }))
    const own = await freePort()
    const listen = `--web.listen-address=127.0.0.1:${own}`
    const storage = `--storage.tsdb.path=${join(folder, 'data')}`
    const child = spawn('prometheus', [`--config.file=${config}`, storage, listen], { stdio: 'ignore' })
    const ended = new Promise(resolve => child.once('exit', resolve))
    closing({
      async close() {
        child.kill()
        await ended
      },
    })
    const queried = async (query: string) => {
      const response = await fetch(`http://127.0.0.1:${own}/api/v1/query?query=${encodeURIComponent(query)}`)
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
      return data.result[0]?.value[1]
    }
    const calls = 'mcp_client_operation_duration_seconds_count{customer="acme",tool="echo"}'
    expect(await until('the calls are scraped', () => queried(calls), 30_000)).toBe('3')
    expect(await queried('up{job="supportmax"}')).toBe('1')
    const requests = 'mcp_server_operation_duration_seconds_count{mcp_method_name="tools/call"}'
    expect(await queried(requests)).toBe('3')
  }, 60_000)
})
