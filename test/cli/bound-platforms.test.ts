// A platform whose address was edited gets no key.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { placeIn, supportmax } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'

it('a platform whose base_url was edited gets no key until a person allows it', async () => {
  const [home, elsewhere] = [closing(await startFakePlatforms()), closing(await startFakePlatforms())]
  const place = placeIn(newFolder(), { ANTHROPIC_API_KEY: 'sk-ant-canary-2' })
  const configure = (fake: typeof home, more: object = {}) => {
    const document = {
      customers: [{ name: 'Acme', mcp_servers: [] }],
      platforms: { anthropic: { base_url: fake.url('anthropic') }, ...more },
    }
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  }
  const ask = () => supportmax(place, 'chat', '-p', 'Is all well?')
  configure(home)
  home.script('anthropic', [{ text: 'yes' }])
  expect((await ask()).stdout).toBe('yes\n')

  configure(elsewhere)
  const [was, is] = [home, elsewhere].map(fake => new URL(fake.url('anthropic')).origin)
  const reason = `ANTHROPIC_API_KEY belongs to ${was}, not to ${is}`
  const hint = 'run `supportmax secrets allow ANTHROPIC_API_KEY --platform anthropic` if that is right'
  const refused = await ask()
  expect([refused.code, refused.stdout]).toEqual([5, ''])
  expect(refused.stderr).toContain(`supportmax: no model platform is ready: ${reason}\n  run \``)
  expect(refused.stderr).toContain(`${hint.slice('run `supportmax'.length)}\n`)
  const { platforms } = JSON.parse((await supportmax(place, 'platforms', '--json')).stdout)
  expect(platforms[0]).toMatchObject({ platform: 'anthropic', state: 'no-key', reason, hint })
  const plan = await supportmax(place, 'platforms', 'explain', 'hello', '--json')
  expect(plan.stdout).toContain(reason)
  expect([elsewhere.requests('anthropic'), elsewhere.listings('anthropic')]).toEqual([[], []])

  const allow = ['secrets', 'allow', 'ANTHROPIC_API_KEY', '--platform', 'anthropic', '--yes']
  expect((await supportmax(place, ...allow)).stderr).toContain('allowed\n')
  elsewhere.script('anthropic', [{ text: 'at the new address' }])
  expect((await ask()).stdout).toBe('at the new address\n')
})
