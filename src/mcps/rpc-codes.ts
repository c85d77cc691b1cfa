// Codes of errors: those of JSON-RPC 2.0, section 5.1, and MCP's own.

export const PARSE_ERROR = -32_700
export const INVALID_REQUEST = -32_600
export const INTERNAL_ERROR = -32_603

/** Of a server's own: here, a request that is refused before anything has read it. */
export const REFUSED = -32_000
/** What the SDK's servers answer, with HTTP 404. */
export const SESSION_NOT_FOUND = -32_001
export const UNSUPPORTED_VERSION = -32_022
