import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'

it('shows the lines of several servers in the order in which they were written', async () => {
  const place = withoutDocker(placeIn(newFolder()))
  const config = { alertmanager_url: `http://127.0.0.1:${await freePort()}` }
  const server = async (name: string) => ({ type: 'alertmanager', name, port: await freePort(), config })
  const document = {
    runtime: 'local',
    customers: [{ name: 'Acme', mcp_servers: [await server('one'), await server('two')] }],
  }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
  // Until they are probed, they write lines of their own.
  await supportmax(place, 'up')
  const states = join(place.folder, 'state', 'supportmax')
  const [state = ''] = readdirSync(states).filter(name => !name.startsWith('.'))
  const write = (name: string, lines: string[]) =>
    writeFileSync(join(states, state, 'local', `acme.${name}.log`), `${lines.join('\n')}\n`)
  const at = (second: number, text: string) => `2026-11-26T10:00:0${second}.000Z\t${text}`
  write('one', ['from before times were kept', at(1, 'a'), at(4, 'd'), 'goes with d'])
  write('two', [at(2, 'b'), at(3, 'c'), at(5, 'e')])
  const { stdout } = await supportmax(place, 'logs', 'acme')
  await supportmax(place, 'down')
  expect(stdout.split('\n')).toEqual([
    'one | from before times were kept',
    'one | a',
    'two | b',
    'two | c',
    'one | d',
    'one | goes with d',
    'two | e',
    '',
  ])
})
