import type { App } from '../../../app.ts'
import { SupportError } from '../../../base/errors.ts'
import type { Coordinator } from '../../../coordinator/coordinator.ts'
import type { UsageStore } from '../../../store/usage.ts'

/** The app of a chat that stays open for hours, and takes over a changed configuration on request. */
export interface LiveApp extends Pick<App, 'watchLists' | 'answerServers'> {
  app(): App
  coordinator(): Coordinator
  usage(): UsageStore
  /**
   * Replaces the app by one from the file as it is now, and returns that. Throws a SupportError, and keeps the old one,
   * for a broken file or one without this customer.
   */
  reopen(customerId: string): Promise<App>
  /** Closes every app but the first, which belongs to the caller. */
  close(): Promise<void>
}

export async function openLive(first: App): Promise<LiveApp> {
  let now = await partsOf(first)
  const closing: Promise<void>[] = []
  /** What is set up in each app, before anything connects. */
  const settings: ((app: App) => void)[] = []
  const inEach = (set: (app: App) => void) => {
    settings.push(set)
    set(now.app)
  }
  return {
    app: () => now.app,
    coordinator: () => now.coordinator,
    usage: () => now.usage,
    watchLists: changed => inEach(app => app.watchLists(changed)),
    answerServers: answer => inEach(app => app.answerServers(answer)),
    async reopen(customerId) {
      const next = await partsOf(reopenedWith(now.app, customerId))
      for (const set of settings) set(next.app)
      closing.push(now.app.close())
      now = next
      return next.app
    },
    async close() {
      if (now.app !== first) closing.push(now.app.close())
      await Promise.all(closing)
    },
  }
}

async function partsOf(app: App): Promise<{ app: App; coordinator: Coordinator; usage: UsageStore }> {
  const [coordinator, usage] = await Promise.all([app.coordinator(), app.usage()])
  // Notice platforms that fail or recover before a question reaches them.
  coordinator.watch()
  return { app, coordinator, usage }
}

/** Nothing of the new app is open yet, so there is nothing to close if this customer is gone. */
function reopenedWith(app: App, customerId: string): App {
  const next = app.reopen()
  if (next.project.customers.some(one => one.id === customerId)) return next
  throw new SupportError('usage', `${next.project.file}: no customer "${customerId}" any more`, {
    hint: 'switch to another customer first (/customer NAME), or add this one again',
  })
}
