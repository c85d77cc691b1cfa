// Creates every part once, on first use, and closes them in reverse order.

import { join, resolve } from 'node:path'
import type { ExplainedQuestion, QuestionPlan } from './agent/explain.ts'
import type { Session } from './agent/session.ts'
import type { OpenTranscripts } from './agent/transcript/open.ts'
import { fileStamp } from './base/files.ts'
import { TIMEOUTS } from './base/timeouts.ts'
import type { Problem } from './config/document/problems.ts'
import { type Environment, readEnvironment } from './config/env.ts'
import { configFileOf, loadProject } from './config/load.ts'
import type { Customer, Project, ServerKey } from './config/project.ts'
import { credentialNames, platformCredentials } from './config/resolve/shared.ts'
import { customerWithId } from './config/select.ts'
import type { Coordinator } from './coordinator/coordinator.ts'
import type { AnswerServer } from './mcp/connection.ts'
import type { ConnectionPool } from './mcp/pool.ts'
import type { Recorder } from './recordings/record.ts'
import { type Credentials, loadCredentials } from './secrets/credentials.ts'
import type { AllowPlace } from './secrets/near.ts'
import { platformKeyLoader } from './secrets/platform-keys.ts'
import { endpointFinder } from './stack/look/endpoint.ts'
import { coordinatorOf } from './stack/models/coordinator.ts'
import { openStack } from './stack/open.ts'
import type { Stack } from './stack/stack.ts'
import { untilFree } from './stack/state/lock.ts'
import { openAudit } from './stack/tools/audit.ts'
import { toolsetOf } from './stack/tools/toolset.ts'
import { declining } from './stack/tools/unanswered.ts'
import { listenerFor, type ServerListening } from './stack/tools/watching.ts'
import type { UsageStore } from './store/usage.ts'
import type { AuditTrail } from './toolset/calls/trail.ts'
import type { SeenLinks } from './toolset/resources/reader.ts'
import type { Toolset } from './toolset/toolset.ts'

export interface AppOptions {
  /** Path of mcp_servers.json. */
  config: string
  runtime?: Project['runtime'] | undefined
  /** The runtime where neither a flag nor the file names one. */
  preferred?: Project['runtime'] | undefined
  environment?: Environment
  /** Called with warnings that come up later. */
  warn?: (text: string, hint?: string) => void
  /** Ends waiting for the keys of model platforms (default: never). */
  signal?: AbortSignal
}

export interface App {
  project: Project
  /** Stamp of the configuration file when it was read. */
  configStamp: string
  warnings: Problem[]
  credentials: Credentials
  stack: Stack
  /** Where all toolsets record their calls. */
  audit: AuditTrail
  /** Gets this customer's credentials. What is secret of it is hidden from then on. */
  prepare(customer: Customer, signal?: AbortSignal): Promise<void>
  /** The connections that all toolsets share, prepared for this customer. */
  connectionsTo(customer: Customer, signal?: AbortSignal): Promise<ConnectionPool>
  /** Calls back whenever a server says that its tools have changed. Must be called before anything connects. */
  watchLists(changed: (key: ServerKey) => void): void
  /** What servers ask is answered so (default: declined, with a warning). The same holds. */
  answerServers(answer: AnswerServer): void
  /** A new generation of one customer's tools. All generations share one connection pool. */
  toolsetFor(customer: Customer, signal?: AbortSignal): Promise<Toolset>
  /**
   * Conversations. A platform is picked for each question, by the choice made for that customer at that time.
   */
  openSession(choiceOf: (customerId: string) => PlatformChoice, more?: SessionParts): Promise<Session>
  /** What a question would do. Nothing is asked, started or recorded. */
  explain(asked: ExplainedQuestion): Promise<QuestionPlan>
  /** The coordinator of the model platforms. */
  coordinator(): Promise<Coordinator>
  /** What the platforms did and cost, in this run and earlier ones. */
  usage(): Promise<UsageStore>
  /** A new app from the same file and options as they are now. Throws like openApp(); this app stays as it is. */
  reopen(): App
  /** Closes connections and files; started servers keep running. A second call waits for the first. */
  close(): Promise<void>
}

export interface SessionParts {
  recorder?: Recorder | undefined
  /** The app to use from now on, for a session that outlives the one that opened it. */
  current?: (() => App) | undefined
  /** Where conversations are written down (default: nowhere). */
  transcripts?: OpenTranscripts | undefined
}

/** An explicit choice of platform or model; nothing else is used then. */
export interface PlatformChoice {
  platform?: string | undefined
  model?: string | undefined
}

/** Reads the configuration and the credentials. Starts and connects nothing yet. */
export function openApp(options: AppOptions): App {
  const environment = options.environment ?? readEnvironment()
  // Before the file is read: a change during the reading must show.
  const configStamp = fileStamp(resolve(configFileOf(options.config)))
  const { project, warnings, credentialsFile } = loadProject(options.config, options)
  const isAllowed: AllowPlace = (...place) => stack.state.consent.ofPlace(...place) === 'allowed'
  const places = { settings: project.secrets, isAllowed }
  const credentials = loadCredentials(credentialsFile, environment.variables, places)
  const stack = openStack(project, credentials, environment)
  const platformNames = project.platforms.flatMap(platformCredentials)
  const settled = settledOf(stack)
  const loadKeys = platformKeyLoader(project, credentials, options)
  const audit = openAudit(stack, options.warn)
  const answer = declining((_asked, { message, hint }) => options.warn?.(message, hint))
  const listening: ServerListening = { lists: new Set(), answer }
  let pool: Promise<ConnectionPool> | undefined
  let usage: Promise<UsageStore> | undefined
  let coordinator: Promise<Coordinator> | undefined
  let closed: Promise<void> | undefined
  let generation = 0
  const seen: SeenLinks = new Map()
  const app: App = {
    project,
    configStamp,
    warnings,
    credentials,
    stack,
    audit,
    async prepare(customer, signal) {
      await credentials.load([...customer.servers.flatMap(credentialNames), ...platformNames], signal)
      hideSecrets(stack, customerWithId(project, customer.id), platformNames)
    },
    async connectionsTo(customer, signal) {
      await app.prepare(customer, signal)
      // Report an engine that does not respond as such, rather than as missing tools.
      if (customer.servers.some(server => server.managed)) await stack.runtimes.all(customer.servers, signal)
      pool ??= import('./mcp/pool.ts').then(({ openPool }) =>
        openPool(endpointFinder(stack), settled, listenerFor(listening, audit)),
      )
      return pool
    },
    watchLists: changed => void listening.lists.add(changed),
    answerServers(answer) {
      listening.answer = answer
    },
    async toolsetFor(customer, signal) {
      const pool = await app.connectionsTo(customer, signal)
      return toolsetOf(app, customer, { pool, seen, generation: ++generation, signal })
    },
    openSession: (choiceOf, more = {}) => sessionOver(() => more.current?.() ?? app, choiceOf, more),
    usage() {
      usage ??= import('./store/usage.ts').then(({ openUsageOrForget }) =>
        openUsageOrForget(join(stack.state.folder, 'usage.db'), reason =>
          options.warn?.(`usage is not being recorded: ${reason}`),
        ),
      )
      return usage
    },
    async explain(asked) {
      await loadKeys()
      return explained(app, asked, { options, open: store => coordinatorOf(stack, environment, store) })
    },
    async coordinator() {
      await loadKeys()
      coordinator ??= app.usage().then(store => coordinatorOf(stack, environment, store))
      return coordinator
    },
    reopen: () => openApp({ ...options, environment }),
    close: () => (closed ??= closeAll()),
  }
  async function closeAll(): Promise<void> {
    await (await pool)?.close()
    await (await coordinator)?.close()
    ;(await usage)?.close()
    audit.close()
  }
  return app
}

/** Waits while servers are being started or recreated. */
export function settledOf({ state }: Stack): (signal?: AbortSignal) => Promise<boolean> {
  return signal => untilFree(state.folder, { most: TIMEOUTS.recreated, signal })
}

/** What is read is hidden: a tool of one server may show what belongs to another one. */
function hideSecrets({ state, credentials }: Stack, customer: Customer, names: readonly string[]): void {
  for (const server of customer.servers) state.secrets(server)
  for (const name of names) credentials.get(name)
}

/** Nothing is written to usage.db. */
async function explained(
  { stack }: App,
  asked: ExplainedQuestion,
  { options, open }: { options: AppOptions; open(usage: UsageStore): Promise<Coordinator> },
): Promise<QuestionPlan> {
  const [{ openUsageOrForget, openUsageToRead }, { planOf }] = await Promise.all([
    import('./store/usage.ts'),
    import('./agent/explain.ts'),
  ])
  const warn = (reason: string) => options.warn?.(`earlier requests are not considered: ${reason}`)
  const store = openUsageOrForget(join(stack.state.folder, 'usage.db'), warn, openUsageToRead)
  try {
    return await planOf(await open(store), store, asked)
  } finally {
    store.close()
  }
}

async function sessionOver(
  current: () => App,
  choiceOf: (customerId: string) => PlatformChoice,
  { recorder, transcripts }: SessionParts,
): Promise<Session> {
  const [{ openSession }, { loadPromptTexts, systemPrompt }] = await Promise.all([
    import('./agent/session.ts'),
    import('./agent/prompt.ts'),
    current().coordinator(),
  ])
  const customerNow = (id: string) => customerWithId(current().project, id)
  const texts = loadPromptTexts()
  return openSession({
    async toolsetFor(id, signal) {
      const customer = customerNow(id)
      const toolset = current().toolsetFor(customer, signal)
      // Load the SDK while the servers connect. A problem with the platforms shows up at the first question.
      const warm = current()
        .coordinator()
        .then(one => one.warm({ ...choiceOf(id), customer }))
      void warm.catch(() => {})
      return toolset
    },
    promptFor: toolset => systemPrompt(texts, customerNow(toolset.customer.id), toolset),
    judging: texts.judge,
    summarizing: texts.summary,
    handover: texts.handover,
    ...(transcripts && { transcriptFor: transcripts.transcriptFor }),
    async platformsFor(asked) {
      // Take only these two: the object may contain the question, which must not become part of a record.
      const { platform: wanted, model } = choiceOf(asked.customerId)
      const customer = customerNow(asked.customerId)
      const coordinator = await current().coordinator()
      const line = coordinator.forQuestion({ ...asked, customer, platform: wanted, model })
      const { platform, peers, judge } =
        recorder?.customerId === customer.id ? recorder.record(line, asked) : line
      return { platform, witnesses: { peers, judge }, spent: line.spent }
    },
  })
}
