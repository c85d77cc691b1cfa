import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed } from '../../npm-cache.ts'
import type { Figure } from '../figure.ts'
import { settled } from './memory.ts'
import { openTimed } from './terminal.ts'
import type { ChatWorld } from './world.ts'

const GEMINI = '@google/gemini-cli@0.61.0'

/** The memory of a chat that waits at its first prompt, beside gemini-cli's, which gets a key that is none and no network. */
export async function peerFigures(world: ChatWorld, parent: string): Promise<Figure[]> {
  const found = await installed(`peers/${GEMINI}`, [GEMINI])
  if ('reason' in found) {
    console.error(`skipped: ${found.reason}`)
    return []
  }
  const { terminal } = await world.open()
  const ours = await settled(terminal)
  await terminal.end()
  const home = mkdtempSync(join(parent, 'gemini-'))
  mkdirSync(join(home, '.gemini'))
  writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(SETTINGS))
  const program = join(found.folder, 'node_modules/@google/gemini-cli/bundle/gemini.js')
  const none = 'http://127.0.0.1:9'
  const env = { PATH: process.env.PATH ?? '', HOME: home, GEMINI_API_KEY: 'none' }
  const peer = openTimed([process.execPath, program], {
    env: { ...env, HTTP_PROXY: none, HTTPS_PROXY: none },
    folder: home,
  })
  await peer.started('Type your message')
  const theirs = await settled(peer)
  await peer.end()
  return [
    {
      what: `idle memory at the first prompt, all processes, supportmax chat : ${GEMINI}`,
      figure: (ours / theirs).toFixed(2),
      aim: '<= 0.5',
      behind: `${ours.toFixed(0)} MiB : ${theirs.toFixed(0)} MiB`,
    },
  ]
}

const SETTINGS = {
  security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
}
