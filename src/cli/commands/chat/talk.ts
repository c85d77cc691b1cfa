import { setFlagsFromString } from 'node:v8'
import type { App, PlatformChoice } from '../../../app.ts'
import { EXIT } from '../../../base/errors.ts'
import { fileStamp } from '../../../base/files.ts'
import { stateWords } from '../../../base/text/state-words.ts'
import type { PlatformWork } from '../../../chat/commands/platforms/choice.ts'
import type { ChatWork } from '../../../chat/work.ts'
import { readEnvironment } from '../../../config/env.ts'
import { type Customer, keyText } from '../../../config/project.ts'
import { customerWithId } from '../../../config/select.ts'
import { routingFor } from '../../../coordinator/route/rank.ts'
import type { Recorder } from '../../../recordings/record.ts'
import type { StackEvent } from '../../../stack/events.ts'
import { status } from '../../../stack/look/status.ts'
import { up } from '../../../stack/up/up.ts'
import type { Context } from '../../context.ts'
import { locatedProblem } from '../../error-text.ts'
import { type LiveApp, openLive } from './live.ts'
import {
  conversationToResume,
  type Lasting,
  lastingOf,
  login,
  sayHowToContinue,
  transcriptsOf,
} from './transcripts.ts'

interface Talk extends PlatformChoice {
  customer: Customer
  /** What /help says about /quit (default: servers keep running). */
  leaving?: string | undefined
  /** What runs supportmax with this configuration (default: what the person typed). */
  command?: string
  recorder?: Recorder | undefined
  /** A conversation to continue, by the beginning of its id; `true` lists them. */
  resumed?: string | true | undefined
  /** Lines only (default: on a terminal that cannot move the cursor). */
  isPlain?: boolean
}

/** The chat on this terminal, until the person leaves. */
export async function talk(
  { print, late, signal: ending, settings }: Context,
  app: App,
  {
    customer,
    leaving,
    command = print.layout.command,
    recorder,
    resumed,
    platform,
    model,
    isPlain = false,
  }: Talk,
): Promise<number> {
  const choices = new Map<string, PlatformChoice>()
  const choiceOf = (id: string) => choices.get(id) ?? { platform, model }
  const live = await openLive(app)
  const transcripts = await transcriptsOf(live.app, late)
  const resume = resumed === undefined ? undefined : conversationToResume(transcripts, customer, resumed)
  const { variables } = readEnvironment()
  const [runChat, session] = await Promise.all([
    chatProgram(isPlain || variables.TERM === 'dumb'),
    app.openSession(choiceOf, { recorder, current: live.app, transcripts }),
  ])
  let lasting: Lasting[] = []
  const left = runChat({
    session,
    get project() {
      return live.app().project
    },
    watchLists: live.watchLists,
    answerServers: live.answerServers,
    warnings: show => late.showIn(({ message, hint }) => show(message, hint)),
    configChange() {
      const { project, configStamp } = live.app()
      const stamp = fileStamp(project.file)
      return stamp === configStamp ? undefined : `changed ${stamp}`
    },
    async reload(id) {
      const next = await live.reopen(id)
      // As at the start of a recording: secrets that this run does not use are hidden in it, too.
      if (recorder) next.credentials.hideAll()
      session.disconnect()
      return [...next.warnings, ...next.credentials.warnings].map(locatedProblem)
    },
    customer,
    command,
    conversationsOf: id => transcripts.of(id).conversations,
    resume,
    history: {
      of: id => transcripts.of(id).lines.all(),
      add: (id, line) => transcripts.of(id).lines.add(line, login()),
    },
    platforms: platformWork(live, { choiceOf, choose: (id, one) => void choices.set(id, one) }),
    color: print.color,
    ...(settings.notify === undefined ? {} : { notify: settings.notify }),
    ...(settings.theme === undefined ? {} : { theme: settings.theme }),
    variables,
    signal: ending,
    ...(leaving === undefined ? {} : { leaving }),
    ...serverWork(live),
  })
  // Otherwise V8 lets the garbage of a long conversation grow to three times the memory of the chat. The first prompt is on the
  // screen by now: with it, starting would take longer.
  setFlagsFromString('--optimize-for-size')
  await left.finally(() => {
    lasting = lastingOf(transcripts, session, live.app().project)
    transcripts.close()
    return live.close()
  })
  if (leaving === undefined) sayHowToContinue(print, lasting)
  return EXIT.ok
}

function serverWork(live: LiveApp): Pick<ChatWork, 'status' | 'up'> {
  return {
    status: async (one, signal) =>
      (await status(live.app().stack, [one], { strays: 'left-out', signal })).servers,
    async up(one, say, signal) {
      const { stack, project } = live.app()
      await up(stack, {
        customers: [one],
        scope: 'part',
        mode: 'apply',
        until: 'ready',
        timeoutMs: project.start.upMs,
        command: 'chat',
        emit: event => sayEvent(event, say),
        signal,
      })
    },
  }
}

/** Only the libraries that are needed. */
async function chatProgram(isPlain: boolean) {
  return isPlain
    ? (await import('../../../chat/plain/plain.ts')).runPlainChat
    : (await import('../../../chat/run.tsx')).runChat
}

function platformWork(live: LiveApp, choices: Pick<PlatformWork, 'choose' | 'choiceOf'>): PlatformWork {
  const customerOf = (id: string) => customerWithId(live.app().project, id)
  return {
    ...choices,
    check: (id, wanted) => void live.coordinator().routes({ customer: customerOf(id), ...wanted }),
    strategy(id) {
      const { strategy } = routingFor(live.app().project.routing, customerOf(id))
      return strategy === 'order' ? undefined : strategy
    },
    routes: id =>
      live
        .coordinator()
        .routes({ customer: customerOf(id) })
        .map(({ route, breaker }) => ({
          platform: route.platform.name,
          model: route.model,
          breaker,
        })),
    endPause: name =>
      live
        .coordinator()
        .reset(name)
        .some(one => one.state === 'open'),
    turnsToday: id => live.usage().turns(new Date().setHours(0, 0, 0, 0), id),
  }
}

/** Says nothing about servers that are not ready: the toolset that follows names them with the same reason. */
function sayEvent(event: StackEvent, say: (text: string, hint?: string) => void): void {
  if (event.type === 'state' && event.state === 'ready')
    say(`${event.server}: ${[stateWords(event.state), event.reason].filter(Boolean).join(', ')}`, event.hint)
  if (event.type === 'progress' && event.phase === 'preparing') say(`${keyText(event)}: ${event.text}`)
  if (event.type === 'waiting' || event.type === 'note') say(event.text)
}
