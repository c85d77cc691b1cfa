// Which credentials a server or a platform uses, and where each of them goes.

import type { PlatformSettings, Server } from '../../config/project.ts'
import { referencesIn } from '../../config/references.ts'
import { authCredentials, credentialsBehindProxy, platformCredentials } from '../../config/resolve/shared.ts'
import { originOf, type Part, plainPart, type Reveal } from './origins.ts'
import { programParts, throughProxy } from './program.ts'

/** Where a credential goes. */
export interface Destination {
  /** Id of the customer that owns it; empty for what belongs to none, such as a platform. */
  owner: string
  /** Everything that decides where it goes. */
  parts: Part[]
}

/** One credential on its way. */
export interface CredentialUse {
  name: string
  to: Destination
  /** Whether its value is a secret, unlike a user name. */
  isSecret: boolean
}

/** The uses of a server's credentials, in a fixed order. */
export function serverUses(server: Server, reveal: Reveal): CredentialUse[] {
  const { customer, proxy, managed } = server
  const parts = managed ? programParts(server, reveal) : externalParts(server, reveal)
  const plain = userNames(server)
  const client = new Set(clientNames(server))
  const names = new Set(credentialsBehindProxy(server).filter(name => !client.has(name)))
  const own = [
    ...namedUses(names, { owner: customer, parts }, plain),
    ...namedUses(client, { owner: customer, parts: [...parts, ...issuerParts(server, reveal)] }, plain),
  ]
  if (!proxy) return own
  const owner = proxy.isDefault ? '' : customer
  const way = [plainPart('the proxy'), originOf(proxy.url, reveal)]
  return [
    ...own,
    ...namedUses(new Set(referencesIn(proxy.url)), { owner, parts: way }, userNamesIn(proxy.url)),
  ]
}

/** The uses of a platform's credentials. Platforms at the same address may share a key. */
export function platformUses(platform: PlatformSettings, reveal: Reveal): CredentialUse[] {
  const { kind, baseUrl, azure, network } = platform
  const urls = [baseUrl, azure?.endpoint, azure?.entra?.authority].filter(one => one !== undefined)
  const origins = urls.map(url => originOf(url, reveal))
  const proxy =
    network.proxy === undefined ? undefined : { url: network.proxy, except: network.noProxy ?? [] }
  const parts = [
    ...(origins.length === 0 ? [plainPart(`the API of ${kind}`)] : origins),
    ...throughProxy({ proxy, caFile: network.caFile }, origins, reveal),
  ]
  const toProxy = new Set(referencesIn(network.proxy ?? ''))
  const names = new Set(platformCredentials({ ...platform, network: {} }))
  const way = [plainPart('the proxy'), originOf(network.proxy ?? '', reveal)]
  return [
    ...namedUses(names, { owner: '', parts }, new Set()),
    ...namedUses(toProxy, { owner: '', parts: way }, userNamesIn(network.proxy ?? '')),
  ]
}

/** The credentials that go to an authorization server, which the external server names unless the file does. */
function clientNames({ auth }: Server): string[] {
  return auth?.kind === 'client-credentials' || auth?.kind === 'sign-in' ? authCredentials(auth) : []
}

function issuerParts(server: Server, reveal: Reveal): Part[] {
  const { auth, caFile, proxy, url } = server
  const issuer = auth?.kind === 'client-credentials' ? auth.issuer : undefined
  const named = issuer === undefined ? [] : [originOf(issuer, reveal)]
  const parts = named.flatMap(origin => [plainPart('with the issuer'), origin])
  // The proxy of the server itself is among its own parts.
  const isKnown = throughProxy(server, [originOf(url, reveal)], reveal).length > 0
  if (isKnown || !proxy) return parts
  return [...parts, ...throughProxy(server, caFile === undefined ? named : [], reveal)]
}

function externalParts(server: Server, reveal: Reveal): Part[] {
  const origin = originOf(server.url, reveal)
  return [origin, ...throughProxy(server, [origin], reveal)]
}

function namedUses(names: ReadonlySet<string>, to: Destination, plain: ReadonlySet<string>): CredentialUse[] {
  return [...names].map(name => ({ name, to, isSecret: !plain.has(name) && !USER_NAME.test(name) }))
}

/** Names of credentials and variables with identities or addresses, which two servers may share. */
const USER_NAME =
  /(^|_)(USER(NAME)?|LOGIN|CLIENT_ID|E?MAIL|ACCOUNT|REGION|HOST(NAME)?|URL|TENANT|ORG(ANIZATION)?)(_|$)/

function userNames({ env, auth, url }: Server): Set<string> {
  const variables = env.flatMap(entry =>
    'credential' in entry && USER_NAME.test(entry.name) ? [entry.credential] : [],
  )
  const signIn =
    auth?.kind === 'basic' ? [auth.userName] : auth?.kind === 'client-credentials' ? [auth.clientIdName] : []
  return new Set([...variables, ...signIn, ...userNamesIn(url)])
}

/** Before a password; a user without one may be a token. */
function userNamesIn(url: string): Set<string> {
  return new Set(referencesIn(/^[^/]*:\/\/([^/?#@:]*):[^/?#@]+@/.exec(url)?.[1] ?? ''))
}
