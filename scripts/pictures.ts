// Draws the pictures of the README and the docs from a real terminal: `npm run pictures [-- NAME]`.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawn } from './pictures/draw.ts'
import { SCENES } from './pictures/scenes.ts'
import { openStage } from './pictures/stage.ts'

const out = fileURLToPath(new URL('../docs/pictures', import.meta.url))
const [only] = process.argv.slice(2)
const wanted = SCENES.filter(({ name }) => only === undefined || name === only)
if (wanted.length === 0) {
  console.error(`pictures: there is no ${only}; there are ${SCENES.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

mkdirSync(out, { recursive: true })
const stage = await openStage()
try {
  for (const scene of wanted)
    for (const theme of ['dark', 'light'] as const) {
      const file = join(out, `${scene.name}-${theme}.svg`)
      writeFileSync(file, await drawn(stage, scene, theme))
      console.log(file)
    }
} finally {
  await stage.close()
}
