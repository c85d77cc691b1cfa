// The package as it is installed: everything that it needs is in it.
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { newFolder } from '../helpers/folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the program that the arguments name as on a terminal of 40 columns, which wraps and cuts. */
const NARROW_TERMINAL = `
  Object.assign(process.stdout, { isTTY: true, columns: 40, getColorDepth: () => 1 })
  import(require('node:url').pathToFileURL(require('node:path').resolve(process.argv[1])).href)`

describe('the packed program', () => {
  let folder: string

  beforeAll(() => {
    const place = newFolder()
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place], { cwd: root })
    const [archive = ''] = readdirSync(place)
    execFileSync('tar', ['-xzf', archive], { cwd: place })
    folder = join(place, 'package')
  })

  const run = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { HOME: folder } })

  it('needs no other package, and uses those of the keyring and of pictures where they are installed', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    )
    const optional = ['@napi-rs/keyring', '@resvg/resvg-js']
    expect([dependencies, Object.keys(optionalDependencies)]).toEqual([undefined, optional])
    expect(readdirSync(join(folder, 'dist', 'fonts'))).toEqual(['DejaVuSans.ttf', 'LICENSE'])
    expect(run('bin/supportmax.js', 'types', '--json')).toContain('"alertmanager"')
    const server = { name: 'wiki', url: 'http://127.0.0.1:9/mcp', bearer_env: 'WIKI' }
    const config = {
      customers: [{ name: 'Acme', mcp_servers: [server] }],
      secrets: { keyring: 'supportmax' },
    }
    writeFileSync(join(folder, 'keyring.json'), JSON.stringify(config))
    run('bin/supportmax.js', 'trust', '--yes', '--quiet', '--config', 'keyring.json')
    const checked = spawnSync(
      process.execPath,
      ['bin/supportmax.js', 'secrets', 'check', '--config', 'keyring.json'],
      { cwd: folder, encoding: 'utf8', env: { HOME: folder } },
    )
    expect(checked.stdout).toContain('the system keyring: its package is not installed')
  })

  it('has the libraries that are loaded late', () => {
    const parts = [join(folder, 'dist'), join(folder, 'dist', 'chunks')].flatMap(place =>
      readdirSync(place)
        .filter(name => name.endsWith('.mjs'))
        .map(name => readFileSync(join(place, name), 'utf8')),
    )
    // The first line of each is esbuild's own.
    const own = parts.filter(text =>
      text.slice(text.indexOf('\n')).includes('createRequire(import.meta.url)'),
    )
    expect(own).toEqual([])
    const customers = [
      { name: '東京電力', id: 'tepco', mcp_servers: [] },
      { name: 'Østfold', mcp_servers: [] },
    ]
    writeFileSync(join(folder, 'wide.json'), JSON.stringify({ customers }))
    const shown = run('--eval', NARROW_TERMINAL, 'bin/supportmax.js', 'customers', '--config', 'wide.json')
    expect(shown).toMatch(/東京電力[\s\S]*ostfold/)
  })

  it('loads each of its parts, the SDKs of all vendors too', () => {
    const chunks = join(folder, 'dist', 'chunks')
    const urls = readdirSync(chunks).map(name => pathToFileURL(join(chunks, name)).href)
    const program = `
      for (const url of ${JSON.stringify(urls)})
        await import(url).catch(error => {
          // A tool for developers of terminal interfaces, which is only asked for with DEV=true, and a drawing surface for
          // pictures that vega does without.
          if (!/'(react-devtools-core|canvas)'/.test(error.message)) throw error
        })
      process.exit(0)`
    expect(run('--input-type=module', '--eval', program)).toBe('')
    expect(urls.length).toBeGreaterThan(30)
  })

  it('takes less than 30 MB', () => {
    const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      name => statSync(join(folder, name)).size,
    )
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThan(30_000_000)
  })
})
