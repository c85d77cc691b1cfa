import type { IdentitySettings } from '../../config/settings/identity.ts'

/** What a door says about itself (RFC 9728, section 2): which authorization server issues tokens for it, and which scopes. */
export interface DoorMetadata {
  resource: string
  authorization_servers: string[]
  scopes_supported: string[]
  bearer_methods_supported: string[]
  resource_name: string
}

/** The metadata of the door with this URL. They name no customer beyond what the URL does. */
export function doorMetadata(door: URL, { issuer, readScope, writeScope }: IdentitySettings): DoorMetadata {
  return {
    resource: door.href,
    authorization_servers: [issuer],
    scopes_supported: [readScope, writeScope],
    bearer_methods_supported: ['header'],
    resource_name: 'supportmax',
  }
}

/** Where a client looks for them (RFC 9728, section 3.1): the well-known part comes before the path. */
export function doorMetadataUrl(door: URL): URL {
  return new URL(`/.well-known/oauth-protected-resource${door.pathname}`, door.origin)
}
