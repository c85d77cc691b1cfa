/** An identity provider whose access tokens open customers' doors, besides our own tokens. */
export interface IdentitySettings {
  /** Exactly as the tokens name it in `iss`. */
  issuer: string
  /** Where its public keys are (default: what its metadata say). */
  jwksUrl?: string | undefined
  /** Scope of those who may use tools that only read. */
  readScope: string
  /** Scope of those who may use all tools. It includes the other one. */
  writeScope: string
}

export const DEFAULT_SCOPES = { readScope: 'supportmax:read', writeScope: 'supportmax:write' }
