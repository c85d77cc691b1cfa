import { join } from 'node:path'
import { build } from 'esbuild'
import { type Figure, median, milliseconds } from '../figure.ts'
import { openTimed } from './terminal.ts'
import { type ChatWorld, FREE } from './world.ts'

const RUNS = 15

/** The start of a chat until its first prompt, and of the least program that draws one. */
export async function startFigures(world: ChatWorld, folder: string): Promise<Figure[]> {
  const bare = await bundledBare(folder)
  // As bin/supportmax.js does.
  const env = { NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const sides: [number[], number[]] = [[], []]
  for (let run = 0; run <= RUNS; run++) {
    const { terminal, start } = await world.open()
    await terminal.end()
    const other = openTimed([process.execPath, bare], { env, folder })
    const least = await other.started(FREE)
    await other.end()
    // The first run of each fills the caches.
    if (run === 0) continue
    sides[0].push(start)
    sides[1].push(least)
  }
  const [ours, least] = [median(sides[0]), median(sides[1])]
  return [
    {
      what: 'start to first prompt, supportmax chat : a bundle of Ink and React that draws one line',
      figure: (ours / least).toFixed(2),
      aim: '<= 1.5',
      behind: `${milliseconds(ours)} : ${milliseconds(least)}`,
    },
  ]
}

/** Bundled like supportmax. */
async function bundledBare(folder: string): Promise<string> {
  await build({
    entryPoints: ['scripts/bench/chat/bare.tsx'],
    outdir: join(folder, 'bare'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    external: ['react-devtools-core'],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
  })
  return join(folder, 'bare', 'bare.mjs')
}
