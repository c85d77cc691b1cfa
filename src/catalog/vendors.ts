// Facts about the model vendors, one row each. The code that talks to a vendor is in its folder under platforms/; what
// its dialect accepts in a tool is in dialects/rules.ts.

interface Vendor {
  /** Whose rules its tools and its error messages follow. */
  dialect: 'openai' | 'anthropic' | 'google' | 'demo'
  /** Model to use when the configuration names none: the vendor's current mid-range model. */
  defaultModel: string
  /** Environment variable that the vendor's own tools read the key from. */
  keyName: string | undefined
  /** Available without being configured, as soon as its key is set. */
  isBuiltIn: boolean
  /** Provider in the price list (github.com/pydantic/genai-prices). */
  priceList: string | undefined
  /** Value of gen_ai.provider.name (opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai). */
  metricName: string
  /** Keys under `platforms` that only some vendors have. */
  ownSettings: readonly OwnSetting[]
}

export type OwnSetting =
  | 'base_url'
  | 'dialect'
  | 'endpoint'
  | 'api_version'
  | 'deployment'
  | 'base_model'
  | 'entra'
  | 'token_command'
  | 'project_id'
  | 'location'
  | 'credentials_file'

const VENDORS = {
  openai: {
    dialect: 'openai',
    defaultModel: 'gpt-5.4-mini',
    keyName: 'OPENAI_API_KEY',
    isBuiltIn: true,
    priceList: 'openai',
    metricName: 'openai',
    ownSettings: ['base_url', 'dialect'],
  },
  anthropic: {
    dialect: 'anthropic',
    defaultModel: 'claude-sonnet-5',
    keyName: 'ANTHROPIC_API_KEY',
    isBuiltIn: true,
    priceList: 'anthropic',
    metricName: 'anthropic',
    ownSettings: ['base_url'],
  },
  azure_openai: {
    dialect: 'openai',
    defaultModel: '', // a deployment must be configured
    keyName: 'AZURE_OPENAI_API_KEY',
    isBuiltIn: false,
    priceList: 'azure',
    metricName: 'azure.ai.openai',
    ownSettings: ['endpoint', 'api_version', 'deployment', 'base_model', 'entra', 'token_command'],
  },
  google_vertex: {
    dialect: 'google',
    defaultModel: 'gemini-3.8-flash',
    keyName: undefined, // signs in with a service account
    isBuiltIn: false,
    priceList: 'google',
    metricName: 'gcp.vertex_ai',
    ownSettings: ['base_url', 'project_id', 'location', 'credentials_file'],
  },
  google_gemini: {
    dialect: 'google',
    defaultModel: 'gemini-3.8-flash',
    keyName: 'GEMINI_API_KEY',
    isBuiltIn: true,
    priceList: 'google',
    metricName: 'gcp.gemini',
    ownSettings: ['base_url'],
  },
  /** Rules of our own, for the demo and for tests: no model is called. */
  demo: {
    dialect: 'demo',
    defaultModel: 'rules',
    keyName: undefined,
    isBuiltIn: false,
    priceList: undefined,
    metricName: 'demo',
    ownSettings: [],
  },
} as const satisfies Record<string, Vendor>

export type VendorName = keyof typeof VENDORS

/** Whose rules tools are written for. */
export type Dialect = Vendor['dialect']

export const VENDOR_NAMES = Object.keys(VENDORS) as VendorName[]

/** Vendors whose models can be called: all but the demo's rules. */
export const MODEL_VENDORS = VENDOR_NAMES.filter(name => name !== 'demo')

/** The row of a vendor, with the types that every row shares. */
export function vendorRow(name: VendorName): Vendor {
  return VENDORS[name]
}

/** gen_ai.provider.name of a recorded vendor; a vendor that this version does not know keeps its name. */
export function metricNameOf(vendor: string): string {
  return VENDOR_NAMES.includes(vendor as VendorName) ? vendorRow(vendor as VendorName).metricName : vendor
}

/** Vendors that have this setting of their own. */
export function vendorsWith(setting: OwnSetting): VendorName[] {
  return VENDOR_NAMES.filter(name => vendorRow(name).ownSettings.includes(setting))
}
