// Agents of others, in whole turns: the entry that `supportmax connect` writes, a model that calls a tool, and its result.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Place, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { AGENTS } from './agents.ts'
import { placeOf, runClient } from './programs.ts'
import { type ClientWorld, modelThatCalls, NO_TOOL, openClientWorld } from './world.ts'

for (const agent of AGENTS) {
  const { title, modules, missing } = placeOf(agent.id)
  describe.skipIf(missing)(title, () => {
    let world: ClientWorld
    let platform: string
    let place: Place
    beforeAll(async () => {
      world = await openClientWorld()
    })
    afterAll(() => world.close())
    beforeEach(() => {
      world.calls.length = 0
      const instance = world.fake.fresh(agent.vendor)
      platform = world.fake.url(instance)
      world.fake.rules(instance, { unchecked: agent.unchecked })
      world.fake.script(instance, modelThatCalls(world))
      place = homeOf(world)
      if (agent.settings) write(join(place.folder, agent.settings.file), agent.settings.text(platform))
    })

    async function connect(...more: string[]) {
      const config = join(world.place.folder, 'mcp_servers.json')
      const words = ['--config', config, 'connect', agent.id, '--customer', 'acme']
      const { code, stderr } = await supportmax(place, ...words, ...more)
      expect(code, stderr).toBe(0)
    }

    function ask(more: Record<string, string> = {}) {
      const command = agent.command(modules, platform, 'What is the code of ticket T-1?')
      const env = { ...place.env, ...agent.env(platform), ...more }
      return runClient(command, { cwd: join(place.folder, 'work'), env })
    }

    it('calls a tool by a command', async () => {
      await connect()
      const { code, said } = await ask()
      expect(said).toContain(`The answer is ${world.code}.`)
      expect(code).toBe(0)
      expect(world.calls).toEqual(['lookup'])
    })

    it('calls a tool by HTTP, with the token', async () => {
      await connect('--http')
      const { code, said } = await ask({ SUPPORTMAX_TOKEN_ACME: world.token })
      expect(said).toContain(`The answer is ${world.code}.`)
      expect(code).toBe(0)
      expect(world.calls).toEqual(['lookup'])
    })

    it('gets no tool by HTTP with a wrong token', async () => {
      await connect('--http')
      const before = await world.unauthorized()
      const { said } = await ask({ SUPPORTMAX_TOKEN_ACME: world.wrongToken })
      expect(said).toContain(agent.refusal ?? NO_TOOL)
      expect(said).not.toContain(world.code)
      expect(world.calls).toEqual([])
      expect(await world.unauthorized()).toBeGreaterThan(before)
    })
  })
}

/** A new home of a person who uses the customers of this world. */
function homeOf({ place }: ClientWorld): Place {
  const folder = newFolder()
  mkdirSync(join(folder, 'work'))
  return { folder, env: { ...place.env, HOME: folder } }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
