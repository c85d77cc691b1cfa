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
    'Alerts, silences and receivers of one Alertmanager. Every answer is JSON that begins with a summary. ' +
    'Ask list_alerts for what fires now; preview a silence before creating it.',
  tools: env => {
    const api = alertmanager(env)
    return [...statusTools(api), ...readAlertTools(api), ...readSilenceTools(api), ...writeSilenceTools(api)]
  },
})
