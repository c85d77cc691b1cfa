// What the tests use of oidc-provider, which brings no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Context {
    path: string
    querystring: string
    method: string
    status: number
    body: unknown
    type: string
    oidc?: { params?: Record<string, string | undefined> }
  }
  interface AccessToken {
    aud?: string | string[]
    scope?: string
    isValid: boolean
    destroy(): Promise<void>
  }
  export default class Provider {
    constructor(issuer: string, configuration: object)
    proxy: boolean
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void
    on(event: string, listener: (...args: never[]) => void): void
    callback(): (req: IncomingMessage, res: ServerResponse) => void
    interactionDetails(
      req: IncomingMessage,
      res: ServerResponse,
    ): Promise<{ params: Record<string, string>; prompt: { name: string; details: Record<string, unknown> } }>
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>
    Grant: new (
      of: object,
    ) => {
      addOIDCScope(scope: string): void
      addResourceScope(resource: string, scope: string): void
      save(): Promise<string>
    }
    AccessToken: { find(token: string): Promise<AccessToken | undefined> }
    ClientCredentials: { find(token: string): Promise<AccessToken | undefined> }
  }
}
