import { serve } from '../serve.ts'
import { genesysApi } from './api.ts'
import { observationTools } from './observations.ts'
import { organizationTools } from './organization.ts'
import { queueTools } from './queues.ts'

await serve({
  name: 'genesys',
  title: 'Genesys Cloud',
  instructions:
    'Queues of one Genesys Cloud organization and their live state. Every answer is JSON that begins with a ' +
    'summary. Queues may be given by id or by exact name. Nothing here changes anything.',
  tools: env => {
    const api = genesysApi(env)
    return [...organizationTools(api), ...queueTools(api), ...observationTools(api)]
  },
})
