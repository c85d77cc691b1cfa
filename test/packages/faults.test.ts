// What npm 11.19 and uv 0.13 print, and what people read.

import { expect, it } from 'vitest'
import { toolFault } from '../../src/packages/tools/faults.ts'

const NPM_LOG = '\nnpm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log'

const CASES: [string, string][] = [
  [
    `npm error code ETARGET\nnpm error notarget No matching version found for @playwright/mcp@9.9.9.\nnpm error notarget In most cases you or one of your dependencies are requesting a package version that doesn't exist.${NPM_LOG}`,
    'npm has no @playwright/mcp@9.9.9',
  ],
  [
    `npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/no-such-package-zzzqq\nnpm error 404\nnpm error 404  The requested resource 'no-such-package-zzzqq@1.0.0' could not be found or you do not have permission to access it.${NPM_LOG}`,
    'npm has no no-such-package-zzzqq@1.0.0',
  ],
  [
    `npm error code ECONNREFUSED\nnpm error syscall connect\nnpm error errno ECONNREFUSED\nnpm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9${NPM_LOG}`,
    'npm cannot be reached (ECONNREFUSED)',
  ],
  [
    `npm error code EINTEGRITY\nnpm error Integrity checksum failed when using sha512: wanted sha512-a but got sha512-b.${NPM_LOG}`,
    'npm has a different file than the lock',
  ],
  [
    `npm error code ENOSPC\nnpm error nospc There appears to be insufficient space on your system to finish.`,
    'the disk is full',
  ],
  ['npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write', 'the disk is full'],
  [
    'npm error code ENOENT\nnpm error syscall spawn sh\nnpm error enoent spawn sh ENOENT',
    'an install script needs a shell, which the image does not have',
  ],
  [`npm error code E401\nnpm error Incorrect or missing password.${NPM_LOG}`, 'npm refused access'],
  [
    `npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error self-signed certificate in certificate chain${NPM_LOG}`,
    "npm's certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN)",
  ],
  [
    `npm error code EUSAGE\nnpm error\nnpm error \`npm ci\` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.\nnpm error\nnpm error Missing: kubernetes-mcp-server-darwin-amd64@ from lock file`,
    'npm did not have kubernetes-mcp-server-darwin-amd64 when the lock was made',
  ],
  [`npm error code ESOMETHING\nnpm error something new happened${NPM_LOG}`, 'something new happened'],
  [
    'error: No solution found when resolving dependencies\n  cause: Because there is no version of mcp-server-time==9999 and you require mcp-server-time==9999, we can conclude that your requirements are unsatisfiable.',
    'PyPI has no mcp-server-time==9999',
  ],
  [
    'error: No solution found when resolving dependencies\n  cause: Because no-such-package-zzzqq was not found in the package registry and you require no-such-package-zzzqq, we can conclude that your requirements are unsatisfiable.',
    'PyPI has no no-such-package-zzzqq',
  ],
  [
    'error: Failed to fetch: http://127.0.0.1:9/simple/x/\n  cause: error sending request for url (http://127.0.0.1:9/simple/x/)\n  cause: client error (Connect)\n  cause: tcp connect error\n  cause: Connection refused (os error 111)',
    'PyPI cannot be reached',
  ],
  [
    'error: Failed to download `starlette==1.10.0`\n  cause: Hash mismatch for `starlette==1.10.0`\n\n         Expected:\n           sha256:0000',
    'PyPI has a different starlette==1.10.0 than the lock',
  ],
  [
    "error: No interpreter found for Python >=3.14 in managed installations or search path\n\nhint: A managed Python download is available for Python >=3.14, but Python downloads are set to 'never'",
    'it needs Python >=3.14, which was not found',
  ],
  [
    'error: No solution found when resolving dependencies\n  cause: Because docopt==0.6.2 has no usable wheels and you require docopt==0.6.2, we can conclude that your requirements are unsatisfiable.\n\nhint: Wheels are required for `docopt` because building from source is disabled for all packages (i.e., with `--no-build`)',
    'docopt==0.6.2 must be built from source, which runs its code',
  ],
  [
    'error: Failed to inspect Python interpreter from search path at `/root/.pyenv/shims/python3.12`\n  cause: Querying Python at `/root/.pyenv/shims/python3.12` failed with exit status exit status: 127',
    'the Python that it needs (/root/.pyenv/shims/python3.12) does not run',
  ],
  ['#14 0.512 supportmax: x has no program "y" / set "bin" to one of: z', 'x has no program "y"'],
]

it.each(CASES)('%s', (output, words) => {
  const source = {
    registry: /npm/.test(words) || output.startsWith('npm') ? ('npm' as const) : ('pypi' as const),
    ...{ name: 'x', extras: [], version: '1', bin: undefined, allowScripts: [], lockFile: 'mcp-locks/x' },
  }
  expect(toolFault(source, 'it cannot be installed', output)).toMatchObject({
    reason: `it cannot be installed: ${words}`,
    hint: expect.stringMatching(/^[a-z]/),
  })
})
