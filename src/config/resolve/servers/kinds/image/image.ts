import type { Path } from '../../../../document/problems.ts'
import type { ServerInput } from '../../../../document/schema/document.ts'
import type { ResolveContext } from '../../../context.ts'
import { checkedArgs, checkedEnv } from '../arguments.ts'
import { type ServerKind, UNKNOWN } from '../kind.ts'
import { readDockerRun } from './docker-run.ts'
import { volumesOf } from './volumes.ts'

/** Loosely: the engine checks the rest. */
const IMAGE_NAME = /^[a-z0-9][\w.:/-]{0,255}(@sha256:[0-9a-f]{64})?$/

const TITLE = {
  type: 'image',
  title: 'MCP server in a container image',
  summary: 'Any container image of an MCP server',
  image: { pull: '' },
  prompt: 'An MCP server. The descriptions of its tools say what it is for.',
}

/** A container: of a server that listens on a port, or of a stdio server, which a bridge on this machine holds. */
export const IMAGE: ServerKind = {
  typeOf(input) {
    const { container_port: container = 0, path, transport } = settingsOf(input)
    const common = {
      ...UNKNOWN,
      ...TITLE,
      // The home of the image's own user may not be writable.
      env: { HOME: '{home}' },
      caEnv: { NODE_EXTRA_CA_CERTS: '{caFile}', SSL_CERT_FILE: '{caFile}' },
    }
    if (transport === 'stdio') return { ...common, tokenEnv: 'MCP_SERVER_TOKEN' }
    const isSse = transport === undefined ? /\/sse\/?$/.test(path ?? '') : transport === 'sse'
    return {
      ...common,
      transport: isSse ? 'sse' : 'streamable-http',
      path: path ?? (isSse ? '/sse' : '/mcp'),
      ports: { container, host: 9401 },
      tokenEnv: '',
    }
  },
  keys: ['args', 'env', 'secrets_in_args', 'container_port', 'path', 'token_env', 'volumes'],
  transports: ['streamable-http', 'sse', 'stdio'],
  programOf(context, input, at) {
    const { reporter } = context
    reportName(context, input, at)
    const settings = settingsOf(input)
    const { image: ref = '', transport } = settings
    if (transport === 'stdio') {
      for (const key of ['container_port', 'path', 'token_env'] as const)
        if (input[key] !== undefined)
          reporter.error([...at, key], 'cannot be used with "transport": "stdio"', 'remove it')
    } else if (settings.container_port === undefined && input.image !== undefined)
      reporter.error(
        at,
        'has no "container_port"',
        'add the port on which the image serves MCP over HTTP, or "transport": "stdio"',
      )
    if ((input.container_port ?? 1024) < 1024)
      reporter.error(
        [...at, 'container_port'],
        'is below 1024, which a container cannot open without root',
        'set the port that the image uses without root, often 8080',
      )
    checkedArgs(context, input, at)
    checkedEnv(context, input, at)
    return {
      image: { kind: 'pull', ref, overrides: 'program' },
      local: transport === 'stdio' ? { kind: 'held' } : undefined,
      args: settings.args ?? [],
      env: Object.entries(settings.env ?? {}).map(([name, value]) => ({ name, value })),
      volumes: volumesOf(context, settings, at),
    }
  },
}

/** The keys of an image, or of the one that `docker run` names; none if that cannot be read. */
function settingsOf(input: ServerInput): ServerInput {
  if (input.image !== undefined) return input
  const run = readDockerRun(input)
  return 'message' in run ? {} : { ...input, ...run.input }
}

/** Reports an invalid image name, and what is wrong with a `docker run`. */
function reportName({ reporter }: ResolveContext, input: ServerInput, at: Path): void {
  if (input.image !== undefined) {
    if (!IMAGE_NAME.test(input.image))
      reporter.error([...at, 'image'], 'is not a valid image name', 'write it like ghcr.io/acme/mcp:1.2')
    return
  }
  const run = readDockerRun(input)
  if ('message' in run) {
    reporter.error([...at, 'args'], run.message, run.hint)
    return
  }
  if (!IMAGE_NAME.test(run.input.image ?? ''))
    reporter.error(
      [...at, 'args'],
      'docker run names no image',
      'add the name of the image before its arguments',
    )
  for (const name of run.notPassed)
    reporter.warn(
      [...at, 'env', name],
      'is not passed into the container',
      `add "-e", ${JSON.stringify(name)} to "args"`,
    )
}
