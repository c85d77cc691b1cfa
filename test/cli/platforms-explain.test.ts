import { globSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Place, placeIn, supportmax } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'

/** Platforms and a server at one port that counts who connects to it. */
async function world(): Promise<{ place: Place; connections(): number }> {
  let count = 0
  const server = createServer(socket => {
    count++
    socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({ close: () => new Promise<void>(resolve => server.close(() => resolve())) })
  const { port } = server.address() as { port: number }
  const url = `http://127.0.0.1:${port}/v1`
  const folder = newFolder()
  const servers = [{ type: 'alertmanager', name: 'am', url: `http://127.0.0.1:${port}/mcp` }]
  const document = {
    runtime: 'local',
    default: 'acme',
    platforms: {
      openai: { base_url: url, prices: { 'gpt-5.4-mini': { input: 1, output: 10 } } },
      anthropic: { base_url: url },
      google_gemini: { base_url: url },
    },
    routing: { tiers: { premium: ['anthropic'] } },
    customers: [
      { name: 'Acme', environment: 'prod', mcp_servers: servers },
      {
        name: 'Own',
        mcp_servers: servers,
        routing: { order: ['anthropic'] },
        platforms_allowed: ['anthropic', 'openai'],
      },
      { name: 'Nobody', mcp_servers: servers, platforms_allowed: ['google_gemini'] },
      { name: 'Closed', mcp_servers: servers, platforms_allowed: ['google_vertex'] },
    ],
  }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
  return { place: placeIn(folder, { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' }), connections: () => count }
}

it('platforms explain names who is asked, who follows, who is not asked and why, and connects to nobody', async () => {
  const { place, connections } = await world()
  const explain = (...more: string[]) => supportmax(place, 'platforms', 'explain', ...more)
  const { code, stdout } = await explain('Is all well?', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    customer: 'acme',
    complexity: 'simple',
    tier: null,
    strategy: 'order',
    asked: [
      { platform: 'openai', model: 'gpt-5.4-mini', rule: 'first in order', waitMs: null },
      { platform: 'anthropic', waitMs: null, cost: { least: expect.any(Number), most: expect.any(Number) } },
      { platform: 'openai', waitMs: 1_000 },
      { platform: 'anthropic', waitMs: 1_000 },
    ],
    crossCheck: null,
    notAsked: [{ platform: 'google_gemini', model: null, reason: 'no-key', hint: 'set GEMINI_API_KEY' }],
    estimate: { questions: 0, requests: null, outputTokens: 400 },
    error: null,
  })
  const [why, own, critical] = await Promise.all([
    explain('why is it?'),
    explain('hello', '--customer', 'own'),
    explain('hello', '--critical', '--json'),
  ])
  expect(why.stdout).toMatch(
    /^Acme \(acme\) PROD\nWHEN +PLATFORM +MODEL +PRICE\nfirst +anthropic +claude-sonnet-5 +\$0\.\d+\n {4}high -> premium tier/,
  )
  expect(why.stdout).toMatch(/^google_gemini +- +key not set\n {6}set GEMINI_API_KEY$/m)
  expect(why.stdout).toContain(
    '(instructions and question only: tools and their results come on top, and acme',
  )
  expect(own.stdout).toMatch(/^Own \(own\)\n.*\nfirst +anthropic /)
  expect(own.stdout).toMatch(
    /^google_gemini +- +may not see this customer's data\n {6}change "platforms_allowed"/m,
  )
  expect(JSON.parse(critical.stdout).crossCheck).toEqual({ peers: ['openai'], judge: 'openai' })
  expect(connections()).toBe(0)
  expect(globSync(join(place.folder, '**/usage.db*'))).toEqual([])
})

it('platforms explain ends with the exit code that the question would have', async () => {
  const { place, connections } = await world()
  const explain = (...more: string[]) => supportmax(place, 'platforms', 'explain', 'hello', ...more)
  const [nobody, closed, typo, chosen, unknown, empty] = await Promise.all([
    explain('--customer', 'nobody'),
    explain('--customer', 'closed', '--json'),
    explain('--customer', 'ownn'),
    explain('--platform', 'anthropic', '--json'),
    explain('--platform', 'antropic'),
    supportmax(place, 'platforms', 'explain', ' '),
  ])
  expect([nobody.code, closed.code, typo.code, chosen.code, unknown.code, empty.code]).toEqual([
    5, 4, 2, 0, 2, 2,
  ])
  expect(nobody.stdout).toContain('no model platform is ready: no key is set')
  expect(JSON.parse(closed.stdout)).toMatchObject({ asked: [], error: { code: 'refused' } })
  expect(typo.stderr).toContain('no such customer "ownn" (did you mean "own"?)')
  expect(JSON.parse(chosen.stdout).asked[0]).toMatchObject({ platform: 'anthropic' })
  expect(unknown.stderr).toContain('no such platform "antropic" (did you mean "anthropic"?)')
  expect(empty.stderr).toContain('the question is empty')
  expect(connections()).toBe(0)
})
