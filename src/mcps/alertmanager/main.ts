import { serve } from '../serve.ts'
import { readAlertTools } from './alerts.ts'
import { alertmanager } from './api.ts'
import { readSilenceTools } from './silences.ts'
import { statusTools } from './status.ts'
import { writeSilenceTools } from './write-silences.ts'

await serve({
  name: 'alertmanager',
  title: 'Alertmanager',
  instructions:
    'Alerts, silences and receivers of one Alertmanager. Every result is JSON that starts with a summary. ' +
    'Call list_alerts to see what is firing; call preview_silence before create_silence.',
  tools: env => {
    const api = alertmanager(env)
    return [...statusTools(api), ...readAlertTools(api), ...readSilenceTools(api), ...writeSilenceTools(api)]
  },
})
