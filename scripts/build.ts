// Builds dist/: the command line in chunks that load lazily, and each of our own MCP servers as one self-contained file,
// which goes into its image and whose hash is the image's tag.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  logLevel: 'warning',
}

const { dependencies: declared } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  dependencies: Record<string, string>
}
// Dependencies are not bundled. Commander is bundled and no dependency: --help needs it, and resolving its files one by
// one would double the startup time.
const dependencies = Object.keys(declared).flatMap(name => [name, `${name}/*`])

// Built in a separate folder and then swapped in, so that a program that starts meanwhile finds the old or the new build.
const draft = `${root}/node_modules/.supportmax-build-${process.pid}`

const servers = readdirSync(`${root}/src/mcps`, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(`${root}/src/mcps/${entry.name}/main.ts`))
  .map(entry => entry.name)

// CommonJS packages inside an ESM bundle call require() for Node's own modules.
const requireShim = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

await Promise.all([
  build({
    ...common,
    entryPoints: {
      main: 'src/cli/main.ts',
      demo: 'src/demo/main.ts',
      keeper: 'src/runtimes/programs/keeper.ts',
    },
    outdir: draft,
    splitting: true,
    external: dependencies,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  ...servers.map(name =>
    build({
      ...common,
      entryPoints: [`src/mcps/${name}/main.ts`],
      outfile: `${draft}/mcps/${name}.mjs`,
      minify: true, // otherwise comments would make the image's tag depend on this checkout's path
      legalComments: 'none',
      banner: { js: requireShim },
    }),
  ),
])

try {
  putInPlace()
} catch (error) {
  // Another build was swapped in at the same moment.
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  putInPlace()
}

function putInPlace(): void {
  const old = `${draft}-old`
  rmSync(old, { recursive: true, force: true })
  if (existsSync(`${root}/dist`)) renameSync(`${root}/dist`, old)
  renameSync(draft, `${root}/dist`)
  rmSync(old, { recursive: true, force: true })
}
