// Ratios measured in one run: absolute times say more about the machine than about the program.
// `npm run bench`; add `--json` for programs.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandFigures } from './bench/commands.ts'
import { platformFigures } from './bench/platforms.ts'
import { switchFigures } from './bench/switch.ts'

const folder = mkdtempSync(join(tmpdir(), 'supportmax-bench-'))
try {
  const figures = [...commandFigures(folder), ...(await switchFigures(folder)), ...(await platformFigures())]
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    for (const { what, figure, aim, behind } of figures)
      console.log(`${what}: ${figure} (aim ${aim}; ${behind})`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
