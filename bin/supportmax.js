#!/usr/bin/env node
// Uses only what Node 12.20 can parse: an old Node hands over to the checkout's own, or says what to
// install, instead of failing with a syntax error.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import nodeModule from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const OLDEST = [24, 15]
const root = fileURLToPath(new URL('..', import.meta.url))

if (process.platform === 'win32')
  fail('native Windows is not supported', 'run it inside WSL2 (`wsl --install`)')
else if (isTooOld()) handOver()
else start()

function isTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

function start() {
  // Keeps compiled code between runs (in the system's temporary folder), which halves the time that --help takes.
  nodeModule.enableCompileCache()
  import('../dist/main.mjs').then(
    program => program.runCommandLine(process.argv),
    error => {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist/.test(String(error.message)))
        fail('this checkout is not built', `run \`npm ci\` in ${root}`)
      throw error
    },
  )
}

/** Runs the same command line on the checkout's own Node, in the same terminal. */
function handOver() {
  const node = ownNode()
  if (node === undefined) return failForNode()
  // The path as it was typed, such as npm's link `supportmax`: hints name the command that way.
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  // Ctrl+C in a terminal reaches the whole process group, the child included: forwarded, it would arrive twice.
  // Without a terminal only this process gets the signal.
  const isInteractive = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY)
  process.on('SIGINT', () => isInteractive || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', failForNode)
  child.on('exit', (code, signal) => (signal === null ? process.exit(code) : dieBy(signal)))
}

/** The executable of npm's package `node`, a dev dependency; never the Node that is already running. */
function ownNode() {
  const current = realpathSync(process.execPath)
  const places = ['node_modules/node/bin/node', 'node_modules/.bin/node'].map(path => root + path)
  return places.find(path => existsSync(path) && realpathSync(path) !== current)
}

/** Ends this process by the signal that ended the child, so that the caller sees the same. */
function dieBy(signal) {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // Signals that do not end a process by default.
  setTimeout(() => process.exit(128 + (constants.signals[signal] || 0)), 500)
}

function failForNode() {
  const message = `needs Node ${OLDEST.join('.')} or newer, but this is Node ${process.versions.node}`
  const isCheckout = existsSync(`${root}src`)
  const install = 'install Node 24 from https://nodejs.org'
  fail(message, isCheckout ? `run \`npm ci\` in ${root} (it brings its own Node), or ${install}` : install)
}

function fail(message, hint) {
  console.error(`supportmax: ${message}\n  ${hint}`)
  process.exit(3)
}
