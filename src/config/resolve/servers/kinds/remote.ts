import { type ServerKind, UNKNOWN } from './kind.ts'

/** A server at a URL, which supportmax never starts. */
export const REMOTE: ServerKind = {
  typeOf: () => ({
    ...UNKNOWN,
    type: 'remote',
    title: 'Remote MCP server',
    summary: 'Any MCP server at a URL',
    image: { pull: '' },
    tokenEnv: '',
    prompt: 'A remote MCP server. The descriptions of its tools say what it is for.',
  }),
  keys: [],
  transports: ['streamable-http', 'sse', 'auto'],
}
