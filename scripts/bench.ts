// Ratios measured in one run: absolute times say more about the machine than about the program.
// `npm run bench`; add `--json` for programs, or the name of one part to run only that: `--containers` (`up` and `status` of 36
// containers), `--bridge` (to stdio servers), `--chat` (in a terminal), `--gateway`, `--policy` (with the audit record).

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bridgeFigures } from './bench/bridge.ts'
import { chatFigures } from './bench/chat.ts'
import { coldSwitchFigures } from './bench/cold-switch.ts'
import { commandFigures } from './bench/commands.ts'
import { containerFigures } from './bench/containers/rounds.ts'
import type { Figure } from './bench/figure.ts'
import { gatewayFigures } from './bench/gateway/rounds.ts'
import { platformFigures } from './bench/platforms.ts'
import { policyFigures } from './bench/policy.ts'
import { switchFigures } from './bench/switch.ts'

const folder = mkdtempSync(join(tmpdir(), 'supportmax-bench-'))
try {
  const parts: Record<string, () => Figure[] | Promise<Figure[]>> = {
    commands: () => commandFigures(folder),
    policy: () => policyFigures(folder),
    switch: () => switchFigures(folder),
    platforms: platformFigures,
    'cold-switch': () => coldSwitchFigures(folder),
    bridge: bridgeFigures,
    chat: () => chatFigures(folder),
    gateway: () => gatewayFigures(folder),
    containers: () => containerFigures(folder),
  }
  const only = Object.keys(parts).find(part => process.argv.includes(`--${part}`))
  const figures: Figure[] = []
  for (const [part, measured] of Object.entries(parts))
    if (only === undefined || part === only) figures.push(...(await measured()))
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    for (const { what, figure, aim, behind } of figures)
      console.log(`${what}: ${figure} (aim ${aim}; ${behind})`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
