// The drill of docs/incident.md, typed line by line into the real chat.
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openScreen, type PictureScreen } from '../../scripts/pictures/screen.ts'
import type { World } from '../../src/demo/world.ts'
import { ROOT } from '../docs/read.ts'
import { PROGRAM, placeIn, supportmax } from '../helpers/cli.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { newFolder } from '../helpers/folder.ts'

/* The first block is the mail. */
const page = readFileSync(join(ROOT, 'docs', 'incident.md'), 'utf8')
const [mail = '', ...typed] = [...page.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

/** What each line shows, of what the page says that one finds. */
const SHOWS: Record<string, RegExp> = {
  'which alerts of site=hamburg are firing?':
    /CallSetupFailureRateHigh — severity critical[\s\S]*DiskWillFillIn24h/,
  'history of the queue "Störungsannahme"':
    /Störungsannahme: average wait \(s\) .*max 2\d\d[\s\S]*abandoned \(/,
  '/plot 3 wait': /average wait \(s\) · last 2\d\d[\s\S]*local time/,
  'which silences are there?': /1 active silence\. \[4\]\s+• NW-4411: storage migration of cdr-db-01/,
  '/report --redact nordwind.md': /wrote .*nordwind\.md/,
  '/customer segura': /Segura Seguros read-write[\s\S]*17 tools/,
  'create a silence for alertname=PolicyApiLatencyHigh for 2h "SEG-231: the supplier works on it"':
    /Allow this on Segura Seguros\?[\s\S]*for 2 h, until[\s\S]*would mute 1 alert now:[\s\S]*PolicyApiLatencyHigh {2}warning/,
  y: /Silence [-0-9a-f]{36} created for 2h 0m/,
  'which silences are there? ':
    /2 active silences\. \[2\]\s+• SEG-231: the supplier works on it — alertname="PolicyApiLatencyHigh" — muted_alerts 1,\s+state\s+active,\s+ends_in\s+(2h|1h 59m)/,
  '/handover segura-handover.md': /wrote .*segura-handover\.md/,
  '/report segura.md': /wrote .*segura\.md/,
}

let world: World
let chat: PictureScreen | undefined
const place = placeIn(newFolder())

beforeAll(async () => {
  world = await startDemoWorld()
  // The demo's own file, with the simulated systems on a port of their own.
  const config = readFileSync(join(ROOT, 'mcp_servers.json'), 'utf8')
    .replaceAll('http://127.0.0.1:18093', world.url)
    .replace('templates/demo/', '')
  writeFileSync(join(place.folder, 'mcp_servers.json'), config)
  copyFileSync(join(ROOT, 'mcp-lock.json'), join(place.folder, 'mcp-lock.json'))
  copyFileSync(join(ROOT, 'templates', 'demo', 'credentials.env'), join(place.folder, 'credentials.env'))
  chmodSync(join(place.folder, 'credentials.env'), 0o600)
  await supportmax(place, 'up')
})
afterAll(async () => {
  chat?.close()
  await supportmax(place, 'down')
  await world.close()
})

it('the drill can be worked as its page says, and shows what the page says that one finds', async () => {
  const command = [process.execPath, PROGRAM, 'chat', 'nordwind', '--platform', 'demo']
  const { folder, env } = place
  chat = openScreen(command, { columns: 100, rows: 50, background: 'rgb:0000/0000/0000', folder, env })
  await chat.sees('15 tools')
  chat.type(`\u001b[200~${mail.trimEnd()}\u001b[201~`)
  await chat.sees(/\[alert.*SipTrunkDown, critical/)
  chat.type('\r')
  await chat.sees(/SipTrunkDown — severity critical/)
  const lines = typed.flatMap(block => block.trimEnd().split('\n'))
  for (const [at, line] of lines.entries()) {
    const again = lines.indexOf(line) < at ? `${line} ` : line
    const shows = SHOWS[again]
    if (!shows) throw new Error(`this test does not know what is to be seen after: ${line}`)
    await chat.sees(/ask about .*, or \/ for commands|allow\? \[y\/N\]/)
    chat.type(`${line}\r`)
    await chat.sees(shows)
  }
  expect(lines).toHaveLength(Object.keys(SHOWS).length)

  const note = readFileSync(join(folder, 'nordwind.md'), 'utf8')
  expect(note).toContain('SipTrunkDown')
  expect(note).not.toMatch(/list_alerts|get_queue_history|segura/i)
  const report = readFileSync(join(folder, 'segura.md'), 'utf8')
  expect(report).toMatch(/create_silence[\s\S]*allowed by/)
  expect(report).not.toMatch(/nordwind|hamburg/i)
  const handover = readFileSync(join(folder, 'segura-handover.md'), 'utf8')
  expect(handover).toMatch(/in force until .*create_silence.*PolicyApiLatencyHigh/)
}, 120_000)
