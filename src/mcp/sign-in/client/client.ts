// A client with credentials of its own, and where it gets tokens.

import type { ResourceDoor } from '../discover.ts'

/** Holds secrets: never print it. */
export interface ClientAuth {
  id: string
  proof: { secret: string } | { privateKey: string; alg: string }
  scopes: readonly string[]
}

export interface ClientAuthorizerOptions {
  /** The server as it is to be reached now. */
  door(): ResourceDoor
  client(): ClientAuth
  issuer: KnownIssuer
  now?: () => number
}

/** The only authorization server that may get the client's credentials: a server could name any other. */
export interface KnownIssuer {
  /** undefined: none has got them yet. */
  get(): string | undefined
  /** Keeps the first one. */
  set(issuer: string): void
}
