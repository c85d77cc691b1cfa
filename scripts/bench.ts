// Ratios measured in one run: absolute times say more about the machine than about the program.
// `npm run bench`; add `--json` for programs, `--containers` for `up` and `status` of 36 containers only, `--bridge` for the
// bridge to stdio servers only, `--policy` for the policy and the audit record only.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bridgeFigures } from './bench/bridge.ts'
import { coldSwitchFigures } from './bench/cold-switch.ts'
import { commandFigures } from './bench/commands.ts'
import { containerFigures } from './bench/containers/rounds.ts'
import { platformFigures } from './bench/platforms.ts'
import { policyFigures } from './bench/policy.ts'
import { switchFigures } from './bench/switch.ts'

const folder = mkdtempSync(join(tmpdir(), 'supportmax-bench-'))
try {
  const isOnly = (part: string) => process.argv.includes(`--${part}`)
  const figures = isOnly('containers')
    ? await containerFigures(folder)
    : isOnly('bridge')
      ? await bridgeFigures()
      : isOnly('policy')
        ? policyFigures(folder)
        : [
            ...commandFigures(folder),
            ...policyFigures(folder),
            ...(await switchFigures(folder)),
            ...(await platformFigures()),
            ...(await coldSwitchFigures(folder)),
            ...(await bridgeFigures()),
            ...(await containerFigures(folder)),
          ]
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    for (const { what, figure, aim, behind } of figures)
      console.log(`${what}: ${figure} (aim ${aim}; ${behind})`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
