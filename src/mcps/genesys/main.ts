import { serve } from '../serve.ts'
import { genesysApi } from './api.ts'
import { historyTools } from './history.ts'
import { observationTools } from './observations.ts'
import { organizationTools } from './organization.ts'
import { queueTools } from './queues.ts'

await serve({
  name: 'genesys',
  title: 'Genesys Cloud',
  instructions:
    'Queues of one Genesys Cloud organization, their live state and what they did before. Every result is JSON with a ' +
    'summary; a list also has paging. Queues are given by id or exact name. All tools only read.',
  tools: env => {
    const api = genesysApi(env)
    return [...organizationTools(api), ...queueTools(api), ...observationTools(api), ...historyTools(api)]
  },
})
