import type { SignInDoor } from '../../src/mcp/sign-in/discover.ts'
import { boundUrl } from '../../src/mcp/sign-in/sign-in.ts'

/** Of Acme's wiki, with nothing else configured. */
export function doorTo(url: string, more: Partial<SignInDoor['auth']> = {}): SignInDoor {
  return {
    customer: 'acme',
    server: 'wiki',
    url: boundUrl(url),
    address: url,
    transport: url.endsWith('/sse') ? 'sse' : 'streamable-http',
    headers: {},
    clientSecret: undefined,
    tls: {},
    proxy: undefined,
    auth: {
      ...{ kind: 'sign-in', clientId: undefined, clientSecretName: undefined, clientMetadataUrl: undefined },
      scopes: [],
      ...more,
    },
  }
}
