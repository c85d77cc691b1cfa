// The rules of docs/architecture.md as data. When one of them hurts, rethink the design; do not add an exception.

/** The rooms of src/ from top to bottom. A room imports only from rooms below it, and from itself. */
export const LADDER = [
  'cli',
  'server',
  'chat',
  'app',
  'agent',
  'stack',
  'recordings',
  'store',
  'coordinator',
  'dialects',
  'platforms',
  'toolset',
  'mcp',
  'runtimes',
  'exporters',
  'secrets',
  'access',
  'config',
  'packages',
  'catalog',
  'base',
]

/**
 * Inside each room with folders, from top to bottom: folders and files of the room by name, `*` for all its other files.
 * Names in an inner list are siblings behind one seam, which never import each other.
 */
export const INSIDE: Record<string, (string | string[])[]> = {
  cli: ['main', 'program', 'commands', 'edits', 'progress', '*', 'print'],
  chat: ['run', 'plain', 'draw', 'typing', '*', 'asking', 'following', 'commands', 'terminal', 'view'],
  agent: ['report', '*', 'alerts', 'dry-run', 'question', 'compaction', 'series', 'evidence', 'events'],
  stack: [
    'open',
    'models',
    'runtimes',
    'tools',
    'smoke',
    'down',
    'up',
    'look',
    'demo-world',
    '*',
    'state',
    'events',
  ],
  coordinator: ['coordinator', 'health', '*', 'money', 'figures', 'route'],
  dialects: ['offer', 'plan', 'refusal', 'select', 'compile', 'schema', '*'],
  platforms: [
    'open',
    ['openai', 'anthropic', 'google', 'demo'],
    '*',
    'faults',
    'calls',
    'stream',
    'platform',
  ],
  toolset: ['face', 'live', 'raw', 'build', 'calls', '*', 'pins', 'policy', 'resources', 'toolset'],
  server: ['serve', 'http', 'running', 'metrics', '*', 'meter'],
  mcp: ['serving', '*', 'sign-in', 'wire', 'connection', 'endpoint'],
  runtimes: [['docker', 'local'], 'programs', '*'],
  exporters: ['clients', 'compose', '*'],
  store: ['transcripts', '*', 'audit'],
  access: [['jwt', 'tokens'], '*'],
  config: [
    'init',
    'import',
    'edit',
    'load',
    'outline',
    'older',
    'missing-credentials',
    'select',
    'resolve',
    'document',
    '*',
    'settings',
  ],
  packages: ['image', 'programs', 'install', 'lock', 'tools', 'runner', '*'],
  secrets: ['*', 'sources', 'finding', 'bound'],
  base: ['http', 'disk', '*', 'waiting', 'text'],
  mcps: [['alertmanager', 'genesys', 'bridge'], '*', 'upstream', 'answer'],
  demo: ['main', 'world', ['alertmanager', 'genesys'], '*'],
}

/** Programs of their own. They import what is listed and themselves; nothing imports them. */
export const PROGRAMS: Record<string, string[]> = { mcps: ['base'], demo: ['base'] }

/** Where each library may be imported. */
export const HOMES: [RegExp, RegExp][] = [
  [/^dockerode$/, /^runtimes\//],
  [/^@napi-rs\/keyring$/, /^secrets\/sources\//],
  [/^execa$/, /^(runtimes|packages)\//],
  [/^openai($|\/)/, /^platforms\/openai\//],
  [/^@anthropic-ai\/sdk($|\/)/, /^platforms\/anthropic\//],
  [/^@google\/genai($|\/)/, /^platforms\/google\//],
  [/^@pydantic\/genai-prices$/, /^coordinator\/money\//],
  [/^prom-client$/, /^(coordinator\/figures|server\/metrics)\//],
  [/^node:sqlite$/, /^store\//],
  [/^@modelcontextprotocol\//, /^(mcp|mcps)\//],
  [/^undici$/, /^(base\/http|mcp)\//],
  [/^(ink|react|chalk)($|\/)/, /^chat\//],
  [/^marked($|\/)/, /^(chat|agent\/report\/html)\//],
  [/^(commander|log-update|@inquirer\/prompts)$/, /^cli\//],
  [/^zod$/, /^(recordings|config|catalog|mcp|mcps)\//],
  [/^jsonc-parser$/, /^(config|exporters\/clients)\//],
  [/^@sindresorhus\/transliterate$/, /^config\//],
  [/^jose$/, /^access\/jwt\//],
  [/^yaml$/, /^exporters\/clients\//],
  [/^js-yaml$/, /^(exporters|config\/import)\//],
  [/^(vega|vega-lite|@resvg\/resvg-js)$/, /^agent\/series\/picture\//],
  [/^conf$/, /^config\/settings\//],
  [/^smol-toml$/, /^(config\/import|exporters\/clients)\//],
  [/^(string-width|wrap-ansi|cli-truncate|fastest-levenshtein)$/, /^base\/text\//],
]

/** The only files that read the environment. */
export const ENVIRONMENT = /^(config\/env\.ts|mcps\/serve\.ts)$/

export const LIMITS = {
  filesInFolder: 9,
  linesInFile: 250,
  linesInFunction: 80,
  /** Of all top-level functions. */
  medianFunction: 10,
  /** Share of the lines of src/ that one room may hold. */
  roomShare: 0.15,
}
