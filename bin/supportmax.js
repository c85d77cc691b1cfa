#!/usr/bin/env node
import nodeModule from 'node:module'

// Runs on any Node, so that an old one is told what to do in words instead of a syntax error.
var parts = process.versions.node.split('.').map(Number)
if (process.platform === 'win32') {
  console.error('supportmax: native Windows is not supported: run it inside WSL2 (wsl --install)')
  process.exit(3)
} else if (parts[0] < 24 || (parts[0] === 24 && parts[1] < 15)) {
  console.error(
    'supportmax: needs Node 24.15 or newer, this is ' +
      process.versions.node +
      ': in a checkout run it as "npx supportmax", elsewhere install Node 24',
  )
  process.exit(3)
} else {
  // Compiled code is kept between runs (in the system's temporary folder): --help then starts in half the time.
  nodeModule.enableCompileCache()
  import('../dist/main.js').then(
    program => program.run(process.argv),
    error => {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist/.test(String(error.message))) {
        console.error('supportmax: this checkout is not built yet: run "npm run build"')
        process.exit(3)
      }
      throw error
    },
  )
}
