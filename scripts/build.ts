// Source -> dist: the command line in lazily loaded chunks, and each of our own MCP servers as one
// self-contained file, which its image copies and whose bytes name the image's tag.
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
// What is installed with the program stays outside. Commander is no dependency but bundled: --help needs it, and
// resolving its files one by one would double the start.
const dependencies = Object.keys(declared).flatMap(name => [name, `${name}/*`])

// Built aside and then put in place at once: whoever runs the program meanwhile finds the old one or the new one.
const draft = `${root}/node_modules/.supportmax-build-${process.pid}`

const servers = readdirSync(`${root}/src/mcps`, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
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
      minify: true, // without it, comments would carry this checkout's layout into the image's tag
      legalComments: 'none',
      banner: { js: requireShim },
    }),
  ),
])

try {
  putInPlace()
} catch (error) {
  // Another build put its own in place at this very moment.
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
