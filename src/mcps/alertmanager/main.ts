import { serve } from '../serve.ts'
import { listAlerts } from './alerts.ts'
import { alertmanager } from './api.ts'
import { listAlertGroups } from './groups.ts'
import { readSilenceTools } from './silences/read.ts'
import { writeSilenceTools } from './silences/write.ts'
import { statusTools } from './status.ts'

await serve({
  name: 'alertmanager',
  title: 'Alertmanager',
  instructions:
    'Alerts, silences and receivers of one Alertmanager. Every result is JSON with a summary; a list also has paging, and next_offset gets its next page. ' +
    'Call list_alerts to see what is firing; call preview_silence before create_silence.',
  tools: env => {
    const api = alertmanager(env)
    return [
      ...statusTools(api),
      listAlerts(api),
      listAlertGroups(api),
      ...readSilenceTools(api),
      ...writeSilenceTools(api),
    ]
  },
})
