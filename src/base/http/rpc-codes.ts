// Codes of errors: those of JSON-RPC 2.0, section 5.1, and MCP's own.
// https://modelcontextprotocol.io/specification/2026-07-28/basic

export const PARSE_ERROR = -32_700
export const INVALID_REQUEST = -32_600
export const METHOD_NOT_FOUND = -32_601
export const INVALID_PARAMS = -32_602
export const INTERNAL_ERROR = -32_603

/** Of a server's own: here, a request that is refused before anything has read it. */
export const REFUSED = -32_000
/** What the SDK's servers answer, with HTTP 404. */
export const SESSION_NOT_FOUND = -32_001
export const RESOURCE_NOT_FOUND = -32_002
/** The headers do not repeat the body. The request has not run. */
export const HEADER_MISMATCH = -32_020
/** The client has not declared a capability that the request needs. */
export const MISSING_CAPABILITY = -32_021
export const UNSUPPORTED_VERSION = -32_022
