/**
 * How long supportmax waits for what, in milliseconds. The few that a person can change are named after their setting
 * in mcp_servers.json; the value here is the default.
 */
export const TIMEOUTS = {
  /** `up`: a server that was started, to become ready. Setting: container_startup_timeout_seconds. */
  serverStart: 60_000,
  /** One probe of a server. Setting: health_check_timeout_seconds. */
  probe: 10_000,
  /** `up`: between two probes of one server. Setting: health_check_interval_seconds. */
  probePause: 500,
  /** Opening an MCP connection, TLS and `initialize` included. */
  mcpConnect: 5_000,
  /** One tool call. */
  toolCall: 60_000,
  /** Saying goodbye to an MCP server before the connection is dropped. */
  mcpFarewell: 500,

  /** Docker engine: the first answer, a reading request, a changing request (it includes Docker's own 10 s to stop). */
  engineVersion: 5_000,
  engineRead: 10_000,
  engineChange: 20_000,
  /** Docker engine: the grace a container gets between SIGTERM and SIGKILL. */
  containerStop: 10_000,
  /** A container that was removed, to disappear from the engine's list. */
  containerGone: 15_000,

  /** A local server: from SIGTERM to SIGKILL, and from SIGKILL until we give up. */
  processStop: 3_000,
  processKill: 5_000,
  /** Another supportmax that works on the same servers, to finish (`down`). */
  otherCommand: 60_000,
  /** A stray `docker compose`: to end after SIGKILL. */
  strayCompose: 3_000,
  /** The port of a process that was killed, to become free. */
  portFree: 2_000,
  /** Last output of a local server that has ended. */
  lastOutput: 500,
  /** The demo's simulated systems: to start, and to answer whether they are there. */
  demoWorld: 10_000,
  demoCheck: 1_000,

  /** A model platform: to the first event, between two events, for a whole turn. Thinking counts as an event. */
  modelFirst: 60_000,
  modelIdle: 60_000,
  modelTurn: 600_000,
  /** A model platform's list of models (`platforms`, health checks). */
  modelList: 10_000,
  /** How long a platform that failed is left alone: at first, and at most. */
  breakerFirst: 5_000,
  breakerMost: 300_000,
  /** The same for failures that need a person: a key, a quota, a missing model. */
  breakerLong: 300_000,
  /** The longest pause that a vendor can ask for. */
  breakerVendor: 24 * 3_600_000,

  /** Our own MCP servers: one request to the system behind them. */
  upstream: 10_000,

  /** The usage database, while another supportmax writes to it. */
  databaseBusy: 250,
  /** Two presses of Ctrl+C that end the chat. */
  quitTwice: 2_000,
  /** No key for this long before an approval dialog takes keys. */
  dialogQuiet: 500,
} as const
