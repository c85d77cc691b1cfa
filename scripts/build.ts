// Builds dist/: the command line in chunks that load lazily, and each of our own MCP servers as one self-contained file,
// which goes into its image and whose hash is the image's tag.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { SCHEMA_FILE } from '../src/config/edit/document.ts'
import { schemaText } from '../src/config/edit/schema-file.ts'
import { checkedTypes } from './build/checked-types.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  logLevel: 'warning',
  // CommonJS packages inside an ESM bundle call require() for Node's own modules.
  banner: {
    js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
  },
}

// The Docker client loads ssh2 and gRPC at once, which takes longer than everything that `status` asks of an engine. It
// calls them only for ssh:// and for builds with a session, so they stay outside until they are called.
const LATE = ['docker-modem/lib/ssh', 'dockerode/lib/session']
const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(ssh|session)$/ }, ({ path, resolveDir }) => {
      const module = LATE.find(one => `${resolveDir}/${basename(path)}`.endsWith(`/node_modules/${one}`))
      return module === undefined ? undefined : { path: module, namespace: 'late' }
    })
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = (...args) => require('${path}')(...args)`,
    }))
    onResolve({ filter: /./, namespace: 'late' }, ({ path }) => ({ path, external: true }))
  },
}

// undici's index also loads its fetch, mocks, caches and WebSocket, which take half of its time at the start. Here each part
// that we use loads when it is first named.
const UNDICI: Record<string, string> = {
  Agent: "require('./lib/dispatcher/agent')",
  buildConnector: "require('./lib/core/connect')",
  Client: "require('./lib/dispatcher/client')",
  EnvHttpProxyAgent: "require('./lib/dispatcher/env-http-proxy-agent')",
  fetch: "require('./lib/web/fetch').fetch",
  Pool: "require('./lib/dispatcher/pool')",
}
const undiciParts: Plugin = {
  name: 'undici-parts',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/undici\/index\.js$/ }, () => ({
      contents: `Object.assign(require('./lib/dispatcher/dispatcher').prototype, require('./lib/api'))
        module.exports = { ${Object.entries(UNDICI)
          .map(([name, found]) => `get ${name}() { return ${found} }`)
          .join(', ')} }`,
    }))
  },
}

// Where a library is required late, our sources make a `require` of their own. Without it, esbuild bundles the library, and keeps it
// unevaluated until then; with it, an installed program would look for a package that it does not have.
const OWN_REQUIRE = 'const require = createRequire(import.meta.url)\n'
const required: Plugin = {
  name: 'required',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      if (!source.includes(OWN_REQUIRE)) return undefined
      return { contents: source.replace(OWN_REQUIRE, ''), loader: path.endsWith('x') ? 'tsx' : 'ts' }
    })
  },
}

// Ink measures every text with string-width, whose tables take 30 ms to build. Ours needs them only for unusual texts.
const widths: Plugin = {
  name: 'widths',
  setup({ onResolve }) {
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer.endsWith('/src/base/text/columns.ts')
        ? undefined
        : { path: `${root}/scripts/build/string-width.ts` },
    )
  },
}

// Yoga, which Ink lays out with, would fetch its own WebAssembly out of a data: URL, and Node then loads all of its fetch. Without
// one, yoga decodes it by itself.
const yoga: Plugin = {
  name: 'yoga',
  setup({ onLoad }) {
    onLoad({ filter: /\/yoga-layout\/dist\/binaries\/[^/]+\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
    }))
  },
}

// Built in a separate folder and then swapped in, so that a program that starts meanwhile finds the old or the new build.
const draft = `${root}/node_modules/.supportmax-build-${process.pid}`
// A build that fails leaves nothing there.
process.once('exit', () => rmSync(draft, { recursive: true, force: true }))

const servers = readdirSync(`${root}/src/mcps`, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(`${root}/src/mcps/${entry.name}/main.ts`))
  .map(entry => entry.name)

// All of them, before one that failed is reported: the others still write.
const builds = await Promise.allSettled([
  build({
    ...common,
    entryPoints: {
      main: 'src/cli/main.ts',
      demo: 'src/demo/main.ts',
      keeper: 'src/runtimes/programs/keeper.ts',
    },
    outdir: draft,
    splitting: true,
    // Half as much to read at the start. Names, and lines of a stack, stay.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    outExtension: { '.js': '.mjs' }, // Node looks for a package.json beside each .js to know what it is
    // Bundled, and thus loaded as few files: resolving each file of each package would double the time that loading takes.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' }, // its CommonJS form cannot be bundled
    // Optional parts of ink and vega, and native packages, which are installed beside supportmax where they can be.
    external: ['react-devtools-core', 'canvas', '@napi-rs/keyring', '@resvg/resvg-js'],
    define: { 'process.env.NODE_ENV': '"production"' }, // React's development build is slower and three times as large
    plugins: [late, undiciParts, required, widths, yoga, checkedTypes()],
    chunkNames: 'chunks/[name]-[hash]',
  }),
  ...servers.map(name =>
    build({
      ...common,
      entryPoints: [`src/mcps/${name}/main.ts`],
      outfile: `${draft}/mcps/${name}.mjs`,
      minify: true, // otherwise comments would make the image's tag depend on this checkout's path
      legalComments: 'none',
    }),
  ),
])
for (const one of builds) if (one.status === 'rejected') throw one.reason

// For editors, and for checking a configuration without supportmax.
writeFileSync(`${draft}/${SCHEMA_FILE}`, schemaText())

// For pictures: a container may have no fonts.
const font = `${root}/node_modules/dejavu-fonts-ttf`
mkdirSync(`${draft}/fonts`)
copyFileSync(`${font}/ttf/DejaVuSans.ttf`, `${draft}/fonts/DejaVuSans.ttf`)
copyFileSync(`${font}/LICENSE`, `${draft}/fonts/LICENSE`)

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
