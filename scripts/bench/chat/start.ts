import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { type Figure, median, milliseconds } from '../figure.ts'
import { openTimed } from './terminal.ts'
import { type ChatWorld, FREE } from './world.ts'

const RUNS = 15

/**
 * The start of a chat until its first prompt, and that of the least program that draws one: as anybody would write it, with Ink and
 * React from their packages; and bundled as supportmax is, which loads much faster.
 */
export async function startFigures(world: ChatWorld, folder: string): Promise<Figure[]> {
  const others = [await leastFromPackages(), await leastBundled(folder)]
  // As bin/supportmax.js does.
  const env = { NODE_COMPILE_CACHE: join(folder, 'compiled'), NODE_ENV: 'production' }
  const times: number[][] = [[], [], []]
  for (let run = 0; run <= RUNS; run++) {
    const { terminal, start } = await world.open()
    await terminal.end()
    const round = [start]
    for (const other of others) {
      const least = openTimed([process.execPath, other], { env, folder })
      round.push(await least.started(FREE))
      await least.end()
    }
    // The first run of each fills the caches.
    if (run > 0) for (const [side, time] of round.entries()) times[side]?.push(time)
  }
  rmSync(BESIDE_PACKAGES, { recursive: true })
  const [ours = 0, plain = 0, bundled = 0] = times.map(median)
  const figure = (what: string, least: number, aim: string): Figure => ({
    what: `start to first prompt, supportmax chat : ${what}`,
    figure: (ours / least).toFixed(2),
    aim,
    behind: `${milliseconds(ours)} : ${milliseconds(least)}`,
  })
  return [
    figure('a Node that imports Ink and React and draws one line', plain, '<= 1.5'),
    figure('the same in a bundle', bundled, 'for comparison'),
  ]
}

const LEAST = fileURLToPath(new URL('bare.tsx', import.meta.url))
const COMMON: BuildOptions = {
  entryPoints: { least: LEAST },
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
}

const BESIDE_PACKAGES = fileURLToPath(new URL('../../../node_modules/.supportmax-bench', import.meta.url))

async function leastFromPackages(): Promise<string> {
  await build({ ...COMMON, outdir: BESIDE_PACKAGES })
  return join(BESIDE_PACKAGES, 'least.mjs')
}

async function leastBundled(folder: string): Promise<string> {
  const outdir = join(folder, 'least')
  await build({
    ...COMMON,
    outdir,
    bundle: true,
    splitting: true,
    external: ['react-devtools-core'],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
  })
  return join(outdir, 'least.mjs')
}
