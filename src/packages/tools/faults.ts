// The line that matters of what npm, uv and their builds print when they fail. The examples in test/packages/faults.test.ts are
// what npm 11.19 and uv 0.13 printed.

import { oneLine } from '../../base/text/words.ts'
import { type PackageSource, REGISTRY_TITLES } from '../spec.ts'

/** Why something could not be done, and what to do. */
export interface ToolFault {
  reason: string
  hint: string
}

const OTHERWISE = 'use another version, or install it yourself and name its program in "command"'

interface Rule {
  match: RegExp
  /** `$1` is the first group of the match, `{registry}` the registry's title. */
  reason: string
  hint: string
}

const VERSION = 'correct the name or the version of the package'
const NETWORK = 'check the network, the proxy and the CA bundle, then retry'

const RULES: readonly Rule[] = [
  {
    // A shim of pyenv for a version that is not chosen.
    match: /Failed to inspect Python interpreter[^`]*`([^`]+)`/,
    reason: 'the Python that it needs ($1) does not run',
    hint: 'select that version with `pyenv global`, or remove it from PATH',
  },
  {
    match: /spawn sh ENOENT/,
    reason: 'an install script needs a shell, which the image does not have',
    hint: 'set an image with a shell under "build.npm"',
  },
  {
    match: /failed to resolve source metadata for (?:docker\.io\/library\/)?(\S+?):? /,
    reason: 'the image $1 cannot be pulled',
    hint: 'check the network and the proxy, or set another image under "container_settings.build"',
  },
  {
    match: /ENOSPC|no space left on device/i,
    reason: 'the disk is full',
    hint: 'free some space, then retry',
  },
  {
    match: /Hash mismatch for `([^`]+)`/,
    reason: '{registry} has a different $1 than the lock',
    hint: 'find out why before you recreate {lock}',
  },
  {
    match: /code EINTEGRITY/,
    reason: '{registry} has a different file than the lock',
    hint: 'find out why before you recreate {lock}',
  },
  { match: /No matching version found for (\S+?)\.?$/m, reason: '{registry} has no $1', hint: VERSION },
  { match: /there is no version of (\S+?) and/, reason: '{registry} has no $1', hint: VERSION },
  { match: /requested resource '([^']+)' could not be found/, reason: '{registry} has no $1', hint: VERSION },
  { match: /404 Not Found - GET \S*\/([^/\s]+)/, reason: '{registry} has no $1', hint: VERSION },
  {
    match: /Because (\S+) was not found in the package registry/,
    reason: '{registry} has no $1',
    hint: VERSION,
  },
  {
    match: /No interpreter found for Python (.+?) in /,
    reason: 'it needs Python $1, which was not found',
    hint: 'install it; under Docker, set another image under "build.python_base"',
  },
  {
    match: /(?:Because|because) (\S+) has no usable wheels/,
    reason: '$1 must be built from source, which runs its code',
    hint: 'add its name to "allow_scripts" if you trust it',
  },
  {
    match: /Wheels are required for `([^`]+)`/,
    reason: '$1 must be built from source, which runs its code',
    hint: 'add its name to "allow_scripts" if you trust it',
  },
  {
    match: /code (E401|E403)|status code 40[13]|HTTP status client error \(40[13]/,
    reason: '{registry} refused access',
    hint: 'sign in to the registry, or fix its token in .npmrc or in the URL of the index',
  },
  {
    match:
      /code (ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)/,
    reason: '{registry} cannot be reached ($1)',
    hint: NETWORK,
  },
  {
    match: /code (SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_\w+)/,
    reason: "{registry}'s certificate is not trusted ($1)",
    hint: 'set NODE_EXTRA_CA_CERTS to your CA bundle',
  },
  {
    match: /invalid peer certificate: (\w+)/,
    reason: "{registry}'s certificate is not trusted ($1)",
    hint: 'set SSL_CERT_FILE to your CA bundle',
  },
  {
    match: /Failed to fetch: `?(\S+?)`?$/m,
    reason: '{registry} cannot be reached',
    hint: NETWORK,
  },
  {
    match: /error sending request|dns error|tcp connect error/,
    reason: '{registry} cannot be reached',
    hint: NETWORK,
  },
  {
    match: /Missing: (\S+?)@\S* from lock file/,
    reason: '{registry} did not have $1 when the lock was made',
    hint: 'use an earlier version, or delete {lock} and retry later',
  },
  {
    match: /code (EBADPLATFORM)/,
    reason: 'a package in the lock is not for this system ($1)',
    hint: 'recreate {lock} on a system like this one',
  },
]

/** `doing`: what failed, such as "npm:x@1 cannot be locked". */
export function toolFault(source: PackageSource, doing: string, output: string): ToolFault {
  const said = /^(?:#\d+ [\d.]+ )?supportmax: (.*?)(?: \/ (.*))?$/m.exec(output)
  if (said) return { reason: `${doing}: ${said[1]}`, hint: said[2] ?? VERSION }
  const fill = (text: string, found?: RegExpExecArray) =>
    text
      .replaceAll('{registry}', REGISTRY_TITLES[source.registry])
      .replaceAll('{lock}', source.lockFile)
      .replaceAll('$1', found?.[1] ?? '')
  for (const { match, reason, hint } of RULES) {
    const found = match.exec(output)
    if (found) return { reason: oneLine(`${doing}: ${fill(reason, found)}`), hint: fill(hint) }
  }
  return { reason: oneLine(`${doing}: ${lineThatMatters(output)}`), hint: OTHERWISE }
}

/** The last line of a chain of causes, otherwise the first error. */
function lineThatMatters(output: string): string {
  const lines = output
    .split('\n')
    .map(line => line.replace(/^#\d+ ([\d.]+ )?/, '').trim())
    // BuildKit's own lines say only that it failed.
    .filter(
      line =>
        line !== '' &&
        !/^(ERROR: (failed to (solve|build)|process)|-+$|>>?|\[|\w+\.?[Dd]ockerfile|DONE|CACHED|Dockerfile:\d+)/.test(
          line,
        ),
    )
  const cause = lines.findLast(line => /^(cause|Caused by):/i.test(line))
  const error = lines.find(
    line =>
      /^(npm )?(error|ERR!)/i.test(line) &&
      !/^npm error (code|errno|syscall|A complete log|path)\b/.test(line),
  )
  return (cause ?? error ?? lines.at(-1) ?? 'it failed without an error message').replace(
    /^(npm error|cause:) /,
    '',
  )
}
