import { VENDORS, type Vendor } from '../instance.ts'

export type Endpoint =
  | { kind: 'responses' | 'completions' | 'messages' }
  | { kind: 'gemini'; model: string }
  | { kind: 'listing' }
  | { kind: 'deployments' }
  | { kind: 'token' | 'impersonate' }

export interface Route {
  instance: string
  vendor: Vendor
  endpoint: Endpoint | undefined
  /** The deployment that the path names (Azure). */
  deployment: string | undefined
}

/** `/openai-b/v1/responses` is the endpoint `responses` of the instance `openai-b`. */
export function routeOf(method: string, path: string): Route | undefined {
  const [, instance = '', rest = ''] = /^\/([a-z0-9-]+)(\/.*)?$/i.exec(path) ?? []
  const vendor = VENDORS.find(one => instance === one || instance.startsWith(`${one}-`))
  if (!vendor) return undefined
  const [, deployment] = /\/deployments\/([^/]+)\//.exec(rest) ?? []
  const endpoint = ENDPOINTS[vendor].flatMap(([verb, pattern, make]) => {
    const match = verb === method ? pattern.exec(rest) : null
    return match ? [make(decodeURIComponent(match[1] ?? ''))] : []
  })[0]
  return { instance, vendor, endpoint, deployment: deployment && decodeURIComponent(deployment) }
}

type Row = [method: string, path: RegExp, make: (captured: string) => Endpoint]

const listing = (): Endpoint => ({ kind: 'listing' })
const gemini = (model: string): Endpoint => ({ kind: 'gemini', model })

const ENDPOINTS: Record<Vendor, Row[]> = {
  openai: [
    ['POST', /^\/v1\/responses$/, () => ({ kind: 'responses' })],
    ['POST', /^\/v1\/chat\/completions$/, () => ({ kind: 'completions' })],
    ['GET', /^\/v1\/models$/, listing],
  ],
  // Both the older surface, with deployments and a dated api-version, and the newer one under /openai/v1.
  azure: [
    ['POST', /^\/openai(?:\/v1)?\/responses$/, () => ({ kind: 'responses' })],
    ['POST', /^\/openai\/(?:v1|deployments\/[^/]+)\/chat\/completions$/, () => ({ kind: 'completions' })],
    ['GET', /^\/openai(?:\/v1)?\/models$/, listing],
    ['GET', /^\/openai\/deployments$/, () => ({ kind: 'deployments' })],
  ],
  anthropic: [
    ['POST', /^\/v1\/messages$/, () => ({ kind: 'messages' })],
    ['GET', /^\/v1\/models$/, listing],
  ],
  google: [
    ['POST', /^\/v1(?:beta|alpha)?\/models\/([^/:]+):streamGenerateContent$/, gemini],
    ['GET', /^\/v1(?:beta|alpha)?\/models$/, listing],
  ],
  vertex: [
    [
      'POST',
      /^\/v1(?:beta1)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/:]+):streamGenerateContent$/,
      gemini,
    ],
    ['GET', /^\/v1(?:beta1)?\/publishers\/google\/models$/, listing],
    ['POST', /^\/token$/, () => ({ kind: 'token' })],
    ['POST', /:generateAccessToken$/, () => ({ kind: 'impersonate' })],
  ],
}
