import { relative } from 'node:path'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import {
  type Customer,
  customerTitle,
  type PlatformSettings,
  type Project,
  packageOf,
  type SecretPlace,
  type Server,
} from '../../../config/project.ts'
import { isLoader } from '../../../config/resolve/servers/kinds/variables.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { selectCustomer } from '../../../config/select.ts'
import { placeText } from '../../../config/settings/secret-places.ts'
import { isSecret, looksSecret } from '../../../config/settings/secrets.ts'
import { readLock } from '../../../packages/lock/read.ts'
import type { Consent, ConsentFile } from '../../../stack/state/consent.ts'
import {
  commandText,
  commandWithoutDocker,
  runsImage,
  writtenText,
} from '../../../stack/up/before/consent.ts'
import { askYesNo } from '../../ask.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const { stack, project } = await open()
  const { consent } = stack.state
  const asked = commandsOf(project, consent, names).filter(
    ({ was }) => was === 'changed' || was === 'unknown',
  )
  if (print.mode === 'json') print.json({ commands: asked.map(({ shown }) => shown) })
  else printCommands(print, asked)
  if (asked.length === 0 || (print.mode === 'json' && options.yes !== true)) return EXIT.ok
  if (options.yes !== true && !process.stdin.isTTY)
    throw new SupportError('refused', 'nothing was allowed: there is no terminal to ask on', {
      hint: 'run it in a terminal, or add --yes',
    })
  const isAllowed = options.yes === true || (await askYesNo(questionOf(asked.length), signal))
  if (!isAllowed) throw new SupportError('refused', 'nothing was allowed')
  consent.allow(
    asked.flatMap(({ server }) => server ?? []),
    asked.flatMap(({ platform }) => platform ?? []),
    asked.flatMap(({ place }) => (place ? [place] : [])),
  )
  const hint = asked.some(({ server }) => server) ? 'run `supportmax up` to start the servers' : undefined
  print.note(explainedText({ message: 'allowed', hint }, print.noteLayout))
  return EXIT.ok
}

function printCommands(print: Printer, asked: readonly Command[]): void {
  if (asked.length === 0) print.note('nothing to allow: no command, package or image is new or changed')
  for (const { title, was, shown, place, platform } of asked) {
    const isRead = place && place[1].kind !== 'command'
    const verb = platform?.vertex ? 'uses' : isRead ? 'is read from' : 'runs'
    print.note(`${title} ${verb}${was === 'changed' ? ' (changed since you allowed it)' : ''}:`)
    for (const line of linesOf(shown)) print.note(`  ${visible(line)}`)
  }
}

/** With their number: the first of them may have left the screen. */
function questionOf(count: number): string {
  return count === 1 ? 'Allow it?' : `Allow all ${count}?`
}

interface Command {
  title: string
  was: Consent
  shown: Shown
  server?: Server
  platform?: PlatformSettings
  /** Where a credential of this name comes from. */
  place?: [name: string, place: SecretPlace]
}

/** As --json prints it. */
interface Shown {
  customer: string | null
  server: string | null
  platform: string | null
  /** Name of a credential, `*` for all in the keyring; `command` is then what prints it, or where it is read. */
  secret: string | null
  command: string
  /** Whether that is a container image with its arguments. */
  image: boolean
  /** Images that the project names to build that image or the package's from. */
  buildImages: string[]
  /** What runs as a process of this machine in place of that image where there is no Docker, or "runtime" is local. */
  withoutDocker: string | null
  cwd: string | null
  /** Of a package: what is installed, as far as it is known. */
  lock: string | null
  /** Packages of it that do not come from the registry, and from where they come. */
  elsewhere: string[]
  /** Packages that run code while they are installed. */
  installScripts: string[]
  /** As it is written: with the names of credentials, not their values. */
  env: Record<string, string>
  /** Mounted read-only: `source:target`. */
  volumes: string[]
  changed: boolean
}

/** Of these customers; without names, of all, and of the platforms. */
function commandsOf(project: Project, consent: ConsentFile, names: readonly string[]): Command[] {
  const isAll = names.length === 0
  const customers = isAll ? project.customers : names.map(name => selectCustomer(project, name))
  const servers = customers.flatMap(customer =>
    customer.servers.map((server): Command => {
      const was = consent.of(server)
      const cwd = server.local?.kind === 'bridge' ? (server.local.cwd ?? null) : null
      const volumes = server.volumes.map(({ source, target }) => `${source}:${target}`)
      const command = {
        command: commandText(server),
        image: runsImage(server),
        buildImages: server.image.kind === 'pull' ? [] : (server.image.from ?? []),
        withoutDocker: commandWithoutDocker(server) ?? null,
        cwd,
        env: environmentOf(server),
        volumes,
      }
      const shown = {
        ...NOBODY,
        ...packageShown(server),
        customer: customer.id,
        server: server.name,
        ...command,
        changed: was === 'changed',
      }
      return { title: `${customerTitle(customer)}: ${server.name}`, was, shown, server }
    }),
  )
  const platforms = (isAll ? project.platforms : []).map((platform): Command => {
    const was = consent.ofPlatform(platform)
    const { azure, vertex } = platform
    const command = azure?.tokenCommand?.map(shellWord).join(' ') ?? vertex?.toAllow ?? ''
    const shown = { ...NOBODY, platform: platform.name, command, changed: was === 'changed' }
    return { title: `platform ${platform.name}`, was, shown, platform }
  })
  return [...servers, ...platforms, ...placesOf(project, consent, isAll ? undefined : customers)]
}

/** The places of the credentials of these customers; undefined: of all customers and platforms. */
function placesOf({ secrets }: Project, consent: ConsentFile, customers: Customer[] | undefined): Command[] {
  const used = customers && new Set(customers.flatMap(one => one.servers.flatMap(credentialNames)))
  const named = Object.entries(secrets.from).filter(([name]) => used?.has(name) !== false)
  const keyrings = new Set(named.flatMap(([, one]) => (one.kind === 'keyring' ? one.service : [])))
  if (secrets.keyring !== undefined) keyrings.add(secrets.keyring)
  const commandOf = (title: string, name: string, place: SecretPlace): Command => {
    const was = consent.ofPlace(name, place)
    const env = Object.fromEntries(variablesOf(place).map(one => [one, `\${${one}}`]))
    const shown = { ...NOBODY, secret: name, command: placeText(place), env, changed: was === 'changed' }
    return { title, was, shown, place: [name, place] }
  }
  return [
    ...named
      .filter(([, place]) => place.kind !== 'keyring')
      .map(([name, place]) => commandOf(`credential ${name}`, name, place)),
    ...[...keyrings].map(service =>
      commandOf('every credential without another place', '*', { kind: 'keyring', service, account: '*' }),
    ),
  ]
}

/** What a place gets of the environment and of other credentials. */
function variablesOf(place: SecretPlace): string[] {
  if (place.kind === 'command') return place.env
  return place.kind === 'vault' ? [place.vault.tokenName] : []
}

const NOBODY = {
  ...{ customer: null, server: null, platform: null, secret: null, image: false, cwd: null },
  ...{ env: {}, volumes: [] },
  ...{ buildImages: [], withoutDocker: null, lock: null, elsewhere: [], installScripts: [] },
}

function packageShown(server: Server): Pick<Shown, 'lock' | 'elsewhere' | 'installScripts'> {
  const source = packageOf(server)
  if (!source) return { lock: null, elsewhere: [], installScripts: [] }
  const lock = readLock(source)
  const file = relative(process.cwd(), source.lockFile)
  const text =
    lock.state === 'locked'
      ? `version ${lock.version} with ${counted(lock.packages - 1, 'more package')}, locked in ${file}`
      : lock.state === 'missing'
        ? `it and what it needs, locked at the first start in ${file}`
        : lock.reason
  const elsewhere = lock.state === 'locked' ? lock.elsewhere : []
  return { lock: text, elsewhere, installScripts: source.allowScripts }
}

function linesOf({
  command,
  image,
  buildImages,
  withoutDocker,
  cwd,
  env,
  volumes,
  lock,
  elsewhere,
  installScripts,
}: Shown): string[] {
  return [
    image ? `image ${command}` : command,
    ...(buildImages.length === 0 ? [] : [`built from ${buildImages.join(' and ')}`]),
    ...(withoutDocker === null ? [] : [`without Docker: ${withoutDocker}`]),
    ...(lock === null ? [] : [`installs ${lock}`]),
    ...elsewhere.map(one => `not from the registry: ${one}`),
    ...(installScripts.length === 0 ? [] : [`runs the install scripts of ${installScripts.join(', ')}`]),
    ...(cwd === null ? [] : [`in ${cwd}`]),
    ...Object.entries(env).map(([name, value]) =>
      // Ours, for the bridge.
      name === 'MCP_OWN_SESSIONS' ? `once for each session, at most ${value}` : `with ${name}=${value}`,
    ),
    ...volumes.map(volume => `with the volume ${volume} (read-only)`),
  ]
}

/** A secret is hidden, but not what a program could execute: a line with spaces, or a path. */
function shownVariable(name: string, value: string): [string, string] {
  const isHidden = !isLoader(name) && isSecret(name, value) && (looksSecret(value) || !/[\s/]/.test(value))
  return [name, isHidden ? '‹hidden›' : value]
}

/** Placeholders are ours, except in a type of the project's own: their text is part of what it runs. */
function environmentOf({ env, origin, local }: Server): Record<string, string> {
  const isForChild = local?.kind === 'bridge' || local?.kind === 'package'
  return Object.fromEntries(
    env.flatMap((entry): [string, string][] => {
      const [, child] = isForChild ? (/^CHILD_(.*)$/s.exec(entry.name) ?? []) : []
      const name = child ?? entry.name
      if ('credential' in entry) return [[name, `\${${entry.credential}}`]]
      const isTheirs = origin === 'project' && (!isForChild || child !== undefined)
      const isShown = typeof entry.value === 'string' || isTheirs
      return isShown ? [shownVariable(name, writtenText(entry.value))] : []
    }),
  )
}
