import { dirname } from 'node:path'
import { lockPath } from '../../../../packages/lock/place.ts'
import { type RunnerCall, readRunner } from '../../../../packages/runner.ts'
import { type PackageFault, parsePackage } from '../../../../packages/spec.ts'
import type { Path } from '../../../document/problems.ts'
import type { ServerInput } from '../../../document/schema/document.ts'
import type { Volume } from '../../../project.ts'
import type { ResolveContext } from '../../context.ts'
import { namedBases } from '../bases.ts'
import { checkedArgs, checkedEnv, sessionsEnv } from './arguments.ts'
import { COMMAND } from './command.ts'
import { volumesOf } from './image/volumes.ts'
import type { ServerKind } from './kind.ts'

/** A stdio server that is a program of a package, behind the bridge, in a container or as a local process. */
export const PACKAGE: ServerKind = {
  typeOf: input => ({
    ...COMMAND.typeOf(input),
    type: 'package',
    // Local processes take any free port from 9301 on; a container's port is leased for good.
    ports: { ...COMMAND.typeOf(input).ports, host: 9501 },
    summary: 'Any MCP server that is a package of npm or PyPI',
    // Such programs bring an interpreter, and some start others.
    limits: { cpus: 0.5, memory: '512M', pids: 128 },
  }),
  keys: ['args', 'env', 'secrets_in_args', 'bin', 'allow_scripts', 'volumes', 'sessions', 'max_sessions'],
  transports: ['stdio'],
  programOf(context, input, at) {
    const call = callOf(input)
    if (call === undefined || 'message' in call) return reported(context, input, at, call)
    const { spec, bin, args } = call
    const lockFile = lockPath(dirname(context.file), spec)
    const source = { ...spec, bin, allowScripts: input.allow_scripts ?? [], lockFile }
    const kind = { kind: 'package', package: source } as const
    const skipped = (input.args?.length ?? 0) - args.length
    checkedArgs(context, input, at)
    reportScripts(context, input, at)
    const volumes = volumesOf(context, input, at)
    reportUnseen(context, { input, at, skipped, volumes })
    return {
      image: { ...kind, ...namedBases(context.document, spec.registry) },
      local: kind,
      args: (input.args ?? []).slice(skipped),
      env: [...sessionsEnv(context, input, at), ...checkedEnv(context, input, at, 'CHILD_')],
      volumes,
    }
  },
}

/** npm would read a word that begins with a dash as an option, and then run the scripts of all packages. */
function reportScripts({ reporter }: ResolveContext, { allow_scripts = [] }: ServerInput, at: Path): void {
  for (const [index, name] of allow_scripts.entries())
    if (!/^(@[\w.~-]+\/)?\w[\w.~-]*$/.test(name))
      reporter.error([...at, 'allow_scripts', index], 'is not the name of a package', 'write only its name')
}

/** Warns of paths of this machine among the arguments, which a container sees only as volumes. */
function reportUnseen(
  { reporter, document, runtime = document.runtime }: ResolveContext,
  { input, at, skipped, volumes }: { input: ServerInput; at: Path; skipped: number; volumes: Volume[] },
): void {
  if (runtime === 'local') return
  const isSeen = (path: string) =>
    volumes.some(({ target }) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`))
  for (const [index, arg] of (input.args ?? []).entries())
    if (index >= skipped && /^\/[^/]+\/./.test(arg) && !isSeen(arg))
      reporter.warn(
        [...at, 'args', index],
        'is a path that the container cannot see',
        `add "volumes": [${JSON.stringify(`${arg}:${arg}`)}], or set "runtime": "local"`,
      )
}

function callOf({ command, args = [], bin, ...input }: ServerInput): RunnerCall | PackageFault | undefined {
  if (input.package === undefined) return readRunner(command ?? '', args)
  const spec = parsePackage(input.package)
  return 'message' in spec ? spec : { spec, bin, args }
}

/** Something in its place, so that the rest of the server is still checked. */
function reported(context: ResolveContext, input: ServerInput, at: Path, fault: PackageFault | undefined) {
  const key = input.package === undefined ? 'args' : 'package'
  if (fault) context.reporter.error([...at, key], fault.message, fault.hint)
  return {
    image: { kind: 'build', program: 'bridge' } as const,
    local: undefined,
    args: checkedArgs(context, input, at),
    env: checkedEnv(context, input, at, 'CHILD_'),
  }
}
