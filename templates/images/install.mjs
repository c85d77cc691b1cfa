// Runs npm inside the build of an image: `install.mjs lock|install`. What it needs to reach the registry are build secrets, so
// nothing of them stays in the image.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'

/** Where the official images have it. */
const NPM = '/usr/local/lib/node_modules/npm/bin/npm-cli.js'
const SECRETS = '/run/secrets'

const task = process.argv[2]
const plan = JSON.parse(readFileSync('/build/plan.json', 'utf8'))
if (!existsSync(NPM)) fail(`the image has no npm at ${NPM}`, 'set another image under "build.npm"')
if (task === 'lock') npm(plan.lock)
else {
  npm(plan.install)
  if (plan.scripts.length > 0) npm(['rebuild', '--ignore-scripts=false', ...plan.scripts])
  symlinkSync(plan.program, 'server')
}

function npm(args) {
  const { status, error, stderr } = spawnSync(process.execPath, [NPM, ...args], {
    env: environment(),
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  })
  process.stderr.write(stderr ?? '')
  if (error) fail(`npm could not be started (${error.message})`)
  // npm only warns of files that it could not write, on a full disk for example.
  if (status !== 0 || /TAR_ENTRY_ERROR/.test(stderr)) process.exit(1)
}

function environment() {
  const variables = existsSync(`${SECRETS}/variables`)
    ? JSON.parse(readFileSync(`${SECRETS}/variables`, 'utf8'))
    : {}
  return {
    ...process.env,
    HOME: '/root',
    npm_config_update_notifier: 'false',
    // Its logs hold the password in a registry's address, and their folder is a cache that stays.
    npm_config_logs_max: '0',
    ...(existsSync(`${SECRETS}/npmrc`) && { npm_config_userconfig: `${SECRETS}/npmrc` }),
    ...(existsSync(`${SECRETS}/ca`) && { NODE_EXTRA_CA_CERTS: `${SECRETS}/ca` }),
    ...variables,
  }
}

function fail(message, hint = '') {
  console.error(`supportmax: ${message}${hint && ` / ${hint}`}`)
  process.exit(1)
}
