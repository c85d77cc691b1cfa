import type { Authorizer } from '../../src/mcp/endpoint.ts'
import { createSignInAuthorizer } from '../../src/mcp/sign-in/authorizer.ts'
import type { SignInDoor } from '../../src/mcp/sign-in/discover.ts'
import { login } from '../../src/mcp/sign-in/login/login.ts'
import type { KeptSignIn } from '../../src/mcp/sign-in/sign-in.ts'
import { openSignInStore, type SignInStore } from '../../src/mcp/sign-in/store.ts'
import {
  type AuthorizationServer,
  type AuthorizationSettings,
  browse,
  startAuthorizationServer,
} from './authorization-server.ts'
import { closing } from './closing.ts'
import { newFolder } from './folder.ts'
import type { ServerOptions } from './mcp-servers.ts'
import { type ProtectedServer, type ProtectedSettings, startProtected } from './protected-server.ts'
import { doorTo } from './sign-in-door.ts'

export interface SignInWorld {
  authorization: AuthorizationServer
  server: ProtectedServer
  folder: string
  store: SignInStore
  door: SignInDoor
  /** This person's clock. */
  clock: { now: number }
  /** What the login said of addresses that were not right. */
  rejected: string[]
  /** Signs in; `visit` gets the address to open (default: a browser that comes back by itself). */
  login(more?: {
    visit?: Visit
    pasted?: (address: Promise<string>) => AsyncIterable<string>
  }): Promise<KeptSignIn>
  authorizer(): Authorizer
}

type Visit = (address: string, redirect: string) => Promise<unknown>

export const NO_KEY = { name: undefined, load: async () => {}, value: () => undefined }

/** Comes back to the loopback address. */
export async function visit(address: string): Promise<void> {
  await fetch(await browse(address))
}

/** An authorization server, an MCP server that trusts it, and a person who is not signed in. */
export async function signInWorld({
  kind = 'modern',
  authorization: settings = {},
  server: over = {},
  clients = [],
  discovery = {},
  auth = {},
}: {
  kind?: ServerOptions['kind']
  authorization?: Partial<AuthorizationSettings>
  server?: Partial<ProtectedSettings>
  clients?: object[]
  discovery?: object
  auth?: Partial<SignInDoor['auth']>
} = {}): Promise<SignInWorld> {
  const authorization = closing(await startAuthorizationServer(settings, { clients, discovery }))
  const server = closing(await startProtected(authorization, kind, over))
  const folder = newFolder()
  const store = openSignInStore(folder, NO_KEY)
  const door = doorTo(server.url, auth)
  const clock = { now: Date.now() }
  const rejected: string[] = []
  return {
    authorization,
    server,
    folder,
    store,
    door,
    clock,
    rejected,
    authorizer: () => createSignInAuthorizer({ store, door: () => door, now: () => clock.now }),
    async login({ visit: go = visit, pasted } = {}) {
      const shown = Promise.withResolvers<string>()
      const visits: Promise<unknown>[] = []
      const signIn = await login({
        store,
        door,
        signal: new AbortController().signal,
        show(address, redirect) {
          shown.resolve(address)
          if (!pasted) visits.push(go(address, redirect))
        },
        pasted: () => pasted?.(shown.promise) ?? none(),
        reject: reason => rejected.push(reason),
        now: () => clock.now,
      })
      await Promise.all(visits)
      return signIn
    },
  }
}

async function* none(): AsyncGenerator<string> {}
