/**
 * Every timeout, in milliseconds. Where a setting of mcp_servers.json can change it, the comment names the setting, and
 * the value is the default.
 */
export const TIMEOUTS = {
  /** `up`: until a started server is ready. Setting: container_startup_timeout_seconds. */
  serverStart: 60_000,
  /** One probe of a server, and opening a connection to it. Settings: health_check_timeout_seconds, timeouts.connect. */
  probe: 10_000,
  /** `up`: between two probes of one server. Setting: health_check_interval_seconds. */
  probePause: 500,
  /** `audit tail --follow`: between two looks at the files. */
  auditFollow: 300,
  /** One tool call, from its start or its last progress. Setting: timeouts.call. */
  toolCall: 60_000,
  /** Finding out what a call would do, while a person is asked whether to allow it. */
  dryRun: 5_000,
  /** One tool call whose server keeps reporting progress. */
  toolCallMost: 1_800_000,
  /** Looking at a TLS handshake that failed; until the server closes it with an alert. */
  tlsLook: 2_000,
  tlsAlert: 300,
  /** One request to the identity provider of the gateway, for its metadata or its keys. */
  identityKeys: 5_000,
  /** A running `serve`: its answer to a command, which may wait for a customer's credentials. */
  running: 30_000,
  /** `serve`: before the tokens of a customer that is gone are revoked. */
  orphans: 5_000,
  /** Noting that a token of the gateway was used. */
  lastUse: 5_000,
  /** Ending the session at an MCP server before its connection is dropped. */
  mcpFarewell: 500,

  /** For how long we rely on the engine's word that a port is published by a container of ours. */
  engineWord: 2_000,
  /** Requests to the Docker engine: its version, a read, a change (which includes the 10 s of containerStop). */
  engineVersion: 5_000,
  engineRead: 10_000,
  engineChange: 20_000,
  /** A container: from SIGTERM to SIGKILL. */
  containerStop: 10_000,
  /** Until a removed container disappears from the engine's list. */
  containerGone: 15_000,

  /** A local server: from SIGTERM to SIGKILL, and from SIGKILL until we give up. */
  processStop: 3_000,
  processKill: 5_000,
  /** `down`: until another supportmax that works on the same servers has finished. */
  otherCommand: 60_000,
  /** Until a stray `docker compose` has ended after SIGKILL. */
  strayCompose: 3_000,
  /** Until the port of a killed process is free. */
  portFree: 2_000,
  /** Reading the last output of a program that has ended. */
  lastOutput: 500,
  /** The demo's simulated systems: until they have started; one check whether they are running. */
  demoWorld: 10_000,
  demoCheck: 1_000,

  /** A model platform: until the first event, between two events, for a whole turn. Thinking counts as an event. */
  modelFirst: 60_000,
  modelIdle: 60_000,
  modelTurn: 600_000,
  /** Opening a connection to a model platform, including TLS. */
  modelConnect: 10_000,
  /** Entra ID: its sign-in; a command that prints a token. The Azure CLI takes some seconds. */
  tokenFetch: 10_000,
  tokenCommand: 30_000,
  /** A place that holds secrets: until it has answered. Setting: secrets.timeout_seconds. */
  secretFetch: 20_000,
  /** `up`: before it says that it waits for such places. */
  secretNotice: 2_000,
  /** For how long its answer counts as current. Setting: secrets.cache_seconds. */
  secretCache: 300_000,
  /** Before a place that failed is asked again; twice as long after each further failure, at most secretCache. */
  secretRetry: 5_000,
  /** Sign-in to an MCP server: one request; until another supportmax has renewed the token; how long `auth login` waits. */
  signInRequest: 10_000,
  signInLock: 30_000,
  signInLogin: 300_000,
  /** After a renewal of a token that still works has failed, before the next one; and of one that has ended, while idle. */
  signInRetry: 30_000,
  /** A new token that the server refuses within this time is not renewed again. */
  signInRefused: 60_000,
  /** For the SDKs of model platforms, whose own timeouts must not end a turn before ours. */
  modelSdk: 86_400_000,
  /** A model platform: until a cancelled request has ended and is recorded, before the program ends without it. */
  modelCancel: 1_000,
  /** A model platform: how long an answer that has ended waits for its token counts. */
  modelTail: 2_000,
  /** A model platform: for how long the message of a switch waits until the next request has left. */
  modelDeparture: 1_000,
  /** One tiny question to a model (`platforms --check`). */
  modelCheck: 60_000,
  /** A model platform's list of models (`platforms`, health checks). */
  modelList: 10_000,
  /** Before a platform that failed is asked again in the same turn: the longest wait. Setting: routing.retry_wait. */
  retryMost: 20_000,
  /** The same if the platform does not say when: about this long the first time, and three times as long the second. */
  retryFirst: 1_000,
  /** How long a platform that failed is not used: at first, and at most. */
  breakerFirst: 5_000,
  breakerMost: 300_000,
  /** The same for failures that need a person: a key, a quota, a missing model. */
  breakerLong: 300_000,
  /** The longest pause that a vendor can ask for. */
  breakerVendor: 24 * 3_600_000,

  /** An open chat: between two looks whether the configuration file has changed. */
  configLook: 1_500,
  /** `up --watch`: between two looks whether a credential has changed; after a failure, before the next attempt. */
  credentialLook: 300,
  watchRetry: 10_000,
  /** A person's answer to what a server, or an approval, asks through another MCP client. */
  elicitation: 600_000,
  /** `/handover`: until the model must have proposed next checks. */
  handover: 60_000,
  /** A server that restarts: how long its tools stay listed, and how long requests wait for it. */
  restart: 10_000,
  /** A tool call whose server is being recreated: how long it waits for that. */
  recreated: 30_000,
  /** `init`: until a system on this machine must have answered. */
  localLook: 700,
  /** Our own MCP servers: one request to the system behind them. */
  upstream: 10_000,

  /** Waiting for another supportmax that is writing to the usage database. */
  databaseBusy: 250,
  /** Waiting for another supportmax that is writing to the same customer's transcripts, or removes old ones. */
  transcriptBusy: 5_000,
  /** Between two presses of Ctrl+C that end the chat. */
  quitTwice: 2_000,
  /** How long the keyboard must be quiet before an approval dialog takes keys. */
  dialogQuiet: 500,
  /** Lines that follow each other faster than this were not typed one by one. */
  lineBurst: 100,
} as const
