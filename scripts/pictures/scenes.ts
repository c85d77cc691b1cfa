import type { Recorded, Script } from '../../test/fake-platforms/instance.ts'
import type { Turn } from '../../test/fake-platforms/turn.ts'
import type { PictureScreen } from './screen.ts'

/** What one picture shows. */
export interface Scene {
  name: string
  /** The title of the window. */
  title: string
  /** The id of the customer, whose chat is opened. */
  customer: string
  /** What a person types, and waits for. */
  play(screen: PictureScreen): Promise<void>
}

const QUEUE = 'Störungsannahme'
const USAGE = { inputTokens: 9_400, cacheReadTokens: 7_200, outputTokens: 310 }

const LOOK: Turn = {
  calls: [
    { name: 'alertmanager__list_alerts', args: { filter: ['site="hamburg"'], severity: 'critical' } },
    { name: 'genesys__get_queue_history', args: { queues: [QUEUE], hours: 6 } },
  ],
  usage: USAGE,
}

const MUTE: Turn = {
  text: 'Two alerts belong to the trunk. I silence them by their session border controller:',
  calls: [
    {
      name: 'alertmanager__create_silence',
      args: {
        matchers: ['site="hamburg"', 'instance=~"sbc-hh-02:.+"'],
        duration: '2h',
        comment: 'CHG-4711: the carrier replaces the line card',
      },
    },
  ],
  usage: USAGE,
}

const TROUBLE = 'what is wrong in Hamburg, and what do callers notice?'

/** The model of all scenes. */
export const answers: Script = ({ body }, turn) => {
  if (turn > 0) return { text: findings(body), chunk: 40, usage: USAGE }
  return textsOf(body).some(text => text.startsWith('mute')) ? MUTE : LOOK
}

/** Written from the figures that the simulated systems have just now, because the program checks each of them. */
function findings(body: Recorded['body']): string {
  const { queues, series } = historyIn(body)
  const [queue] = queues
  const waits = series.find(({ label }) => label.endsWith('wait (s)'))?.values ?? []
  const [before, now] = [waits[0] ?? 0, waits.at(-1) ?? 0]
  return [
    '**The SIP trunk `hamburg-2` has had no registered peer** for 47 minutes, and 18 % of the calls through Hamburg fail at set-up; the limit is 5 % [1].',
    `**Callers give up:** the average wait in ${QUEUE} went from ${before} to ${now} seconds, and ${queue?.abandoned} of ${queue?.offered} callers hung up in these six hours [2].`,
    '1. Ask the carrier about the registration of `hamburg-2`.\n2. Until then, route the calls over the other trunk.',
  ].join('\n\n')
}

interface QueueHistory {
  queues: { offered: number; abandoned: number }[]
  series: { label: string; values: number[] }[]
}

function historyIn(body: Recorded['body']): QueueHistory {
  const text = textsOf(body).findLast(one => one.includes('"summary":"Queue'))
  if (!text) throw new Error('the history of the queue is not in the request')
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
}

interface Content {
  text?: string
  content?: Content[]
}

/** The words of the question, and what tools returned. */
function textsOf({ messages }: Recorded['body']): string[] {
  const all = (messages as { content: Content[] }[]).flatMap(({ content }) => content)
  return all.flatMap(({ text = '', content = [] }) => [text, ...content.map(one => one.text ?? '')])
}

const HINT = 'or / for commands'
const DONE = 'the other trunk.'

async function asked(screen: PictureScreen): Promise<void> {
  await screen.sees('17 tools')
  screen.type(`${TROUBLE}\r`)
  await screen.sees(new RegExp(`${DONE}[^]*${HINT}`))
}

export const SCENES: readonly Scene[] = [
  {
    name: 'arrival',
    title: 'segura',
    customer: 'segura',
    async play(screen) {
      await screen.sees('GRAFANA_TOKEN')
      screen.type('/')
      await screen.sees('switch to another customer')
    },
  },
  {
    name: 'answer',
    title: 'nordwind · PROD',
    customer: 'nordwind',
    async play(screen) {
      await asked(screen)
    },
  },
  {
    name: 'approval',
    title: '! nordwind · PROD',
    customer: 'nordwind',
    async play(screen) {
      await screen.sees('17 tools')
      screen.type('mute the alerts of the trunk for two hours, CHG-4711\r')
      await screen.sees('would mute')
    },
  },
  {
    name: 'plot',
    title: 'nordwind · PROD',
    customer: 'nordwind',
    async play(screen) {
      await asked(screen)
      screen.type('\f')
      screen.type('/plot 2 wait\r')
      await screen.sees(new RegExp(`max[^]*${HINT}`))
    },
  },
  {
    name: 'report',
    title: 'nordwind · PROD',
    customer: 'nordwind',
    async play(screen) {
      await asked(screen)
      screen.type('/report\r')
      await screen.sees('Timeline')
    },
  },
]
