// `docker run …` as the image that it names: supportmax runs it with its own hardening, in the customer's network.

import { parseArgs } from 'node:util'
import type { ServerInput } from '../../../../document/schema/document.ts'

/** What a `docker run` command says, as the keys of an image. */
export interface DockerRun {
  input: Pick<ServerInput, 'image' | 'args' | 'env' | 'volumes' | 'transport' | 'container_port'>
  /** Names in "env" that are not passed into the container. */
  notPassed: string[]
}

/** What is wrong with such a command. */
export interface DockerRunFault {
  message: string
  hint: string
}

/** Whether this command runs a container. */
export function isDockerRun(command: string, args: readonly string[] = []): boolean {
  return /(^|[/\\])(docker|podman)(\.exe)?$/i.test(command) && runAt(args) >= 0
}

/** `docker run`, or `docker container run`. */
function runAt(args: readonly string[]): number {
  return args[0] === 'run' ? 0 : args[0] === 'container' && args[1] === 'run' ? 1 : -1
}

// https://docs.docker.com/reference/cli/docker/container/run/
const OPTIONS = {
  interactive: { type: 'boolean', short: 'i' },
  env: { type: 'string', short: 'e', multiple: true },
  volume: { type: 'string', short: 'v', multiple: true },
  mount: { type: 'string', multiple: true },
  publish: { type: 'string', short: 'p', multiple: true },
  // What supportmax does anyway, or does in its own way.
  rm: { type: 'boolean' },
  init: { type: 'boolean' },
  'read-only': { type: 'boolean' },
  'no-healthcheck': { type: 'boolean' },
  detach: { type: 'boolean', short: 'd' },
  quiet: { type: 'boolean', short: 'q' },
  name: { type: 'string' },
  pull: { type: 'string' },
  label: { type: 'string', short: 'l', multiple: true },
  restart: { type: 'string' },
  'cap-drop': { type: 'string', multiple: true },
} as const

/** Reads the options up to the image; what follows are its arguments. */
export function readDockerRun({ args = [], env = {} }: ServerInput): DockerRun | DockerRunFault {
  const words = args.slice(runAt(args) + 1)
  const { tokens } = parseArgs({ args: words, options: OPTIONS, strict: false, tokens: true })
  const first = tokens.find(token => token.kind !== 'option' && token.kind !== 'option-terminator')
  const options = tokens.filter(
    token => token.kind === 'option' && token.index < (first?.index ?? words.length),
  )
  const values: Record<string, string[]> = {}
  for (const option of options) {
    if (option.kind !== 'option') continue
    const { name, rawName, value } = option
    const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS] : undefined
    if (!known) return refused(rawName)
    if (known.type === 'string' && value === undefined)
      return { message: `docker run has ${rawName} without a value`, hint: 'add its value, or remove it' }
    values[name] = [...(values[name] ?? []), value ?? 'true']
  }
  if (first?.kind !== 'positional')
    return { message: 'docker run names no image', hint: 'add the image to "args"' }
  return described(first.value, words.slice(first.index + 1), values, env)
}

function refused(flag: string): DockerRunFault {
  const hint =
    flag === '-t' || flag === '--tty'
      ? 'remove it: a terminal would garble what the server says'
      : 'remove it, or use "image" with its keys in place of "command"'
  return { message: `docker run has the option ${flag}, which is not supported here`, hint }
}

function described(
  image: string,
  args: string[],
  values: Record<string, string[]>,
  env: Record<string, string>,
): DockerRun | DockerRunFault {
  const passed: Record<string, string> = {}
  for (const entry of values.env ?? []) {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(entry) ?? []
    const given = value ?? env[name]
    if (given === undefined)
      return {
        message: `docker run passes on ${name}, which is not set`,
        hint: `add ${JSON.stringify(name)} to "env"`,
      }
    passed[name] = given
  }
  const mounts = (values.mount ?? []).map(volumeOf)
  const wrong = mounts.indexOf(undefined)
  if (wrong >= 0) return refused(`--mount ${values.mount?.[wrong]}`)
  const port = values.publish?.[0]?.replace(/^.*:/, '').replace(/\/tcp$/, '')
  if (!values.interactive && port === undefined)
    return {
      message: 'docker run has neither -i nor -p, so its server cannot be reached',
      hint: 'add "-i" for a stdio server, or "-p" with the port of an HTTP server',
    }
  return {
    input: {
      image,
      args,
      env: passed,
      volumes: [...(values.volume ?? []).map(readOnly), ...mounts.filter(one => one !== undefined)],
      ...(values.interactive ? { transport: 'stdio' } : { container_port: Number(port) }),
    },
    notPassed: Object.keys(env).filter(name => passed[name] === undefined),
  }
}

/** Drops the options after the paths, such as `rw` or `Z`: volumes are mounted read-only. */
function readOnly(volume: string): string {
  return volume.split(':').slice(0, 2).join(':')
}

/** `type=bind,source=/a,target=/b`; undefined for other mounts. */
function volumeOf(mount: string): string | undefined {
  const parts = new Map(mount.split(',').map(part => part.split('=', 2) as [string, string]))
  const source = parts.get('source') ?? parts.get('src')
  const target = parts.get('target') ?? parts.get('destination') ?? parts.get('dst')
  return parts.get('type') === 'bind' && source && target ? `${source}:${target}` : undefined
}
