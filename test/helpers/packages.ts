// The ground of the tests with real packages: a registry that answers, and tools to reach it.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What npm and uv need here to reach the registries; the rest of the person's settings is left out. */
export function registryVariables(): Record<string, string> {
  const wanted =
    /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|npm_config_registry|UV_\w*INDEX\w*)$/i
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && wanted.test(name) ? [[name, value]] : [],
    ),
  )
}

/** Why packages cannot be installed here; undefined: they can. */
export function registryMissing(): string | undefined {
  const { status } = spawnSync('npm', ['view', '@playwright/mcp@0.0.83', 'version'], {
    env: { ...registryVariables(), PATH: process.env.PATH, HOME: process.env.HOME },
    timeout: 30_000,
  })
  if (status === 0) return undefined
  console.warn('skipped: no npm registry answers here')
  return 'no npm registry answers here'
}

/** A folder with uv, from PyPI's wheel; undefined where it cannot be had. It is kept for the next run. */
export function uvFolder(): string | undefined {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/uv-0.13.9/', import.meta.url))
  const folder = () => {
    const made = existsSync(cache) ? readdirSync(cache).find(name => name.endsWith('.data')) : undefined
    return made === undefined ? undefined : join(cache, made, 'scripts')
  }
  if (folder() === undefined) {
    mkdirSync(cache, { recursive: true })
    try {
      const python = (...args: string[]) => execFileSync('python3', ['-m', ...args], { stdio: 'pipe' })
      python('pip', 'download', '--quiet', '--no-deps', '--dest', cache, 'uv==0.13.9')
      const wheel = readdirSync(cache).find(name => name.endsWith('.whl')) ?? ''
      python('zipfile', '-e', join(cache, wheel), cache)
      chmodSync(join(folder() ?? '', 'uv'), 0o755)
    } catch {
      console.warn('not tested: uv cannot be downloaded here')
      return undefined
    }
  }
  return folder()
}

/** Makes the images that builds of packages begin with; why they cannot be made, or undefined. */
export function packageImagesMissing(): string | undefined {
  const script = fileURLToPath(new URL('../../scripts/test-images.sh', import.meta.url))
  const { status } = spawnSync(script, ['packages'], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status === 0) return undefined
  console.warn('skipped: the images for packages cannot be made here')
  return 'the images for packages cannot be made here'
}

/** Makes what was installed removable, for those who are not root: its folders are read-only. */
export function writable(path: string): void {
  chmodSync(path, 0o755)
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) writable(join(path, entry.name))
}
