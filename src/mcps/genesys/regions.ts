import { SupportError } from '../../base/errors.ts'
import { didYouMean } from '../../base/text/words.ts'

// From the official SDK, purecloud-platform-client-v2 262.0.0.
const HOSTS: Record<string, string> = {
  'us-east-1': 'mypurecloud.com',
  'us-east-2': 'use2.us-gov-pure.cloud',
  'us-west-2': 'usw2.pure.cloud',
  'ca-central-1': 'cac1.pure.cloud',
  'mx-central-1': 'mxc1.pure.cloud',
  'sa-east-1': 'sae1.pure.cloud',
  'eu-west-1': 'mypurecloud.ie',
  'eu-west-2': 'euw2.pure.cloud',
  'eu-central-1': 'mypurecloud.de',
  'eu-central-2': 'euc2.pure.cloud',
  'me-central-1': 'mec1.pure.cloud',
  'ap-south-1': 'aps1.pure.cloud',
  'ap-southeast-1': 'apse1.pure.cloud',
  'ap-southeast-2': 'mypurecloud.com.au',
  'ap-northeast-1': 'mypurecloud.jp',
  'ap-northeast-2': 'apne2.pure.cloud',
  'ap-northeast-3': 'apne3.pure.cloud',
  'eusc-de-east-1': 'edee1.eusc-pure.cloud',
}

/** The host of a region, given by its AWS name or by its host, with or without login., api. or apps. in front. */
export function regionHost(text: string): string {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[:/].*$/, '')
  const host = HOSTS[word] ?? word.replace(/^(login|api|apps)\./, '')
  if (Object.values(HOSTS).includes(host)) return host
  const near =
    didYouMean(word, [...Object.keys(HOSTS), ...Object.values(HOSTS)]) ||
    `; known regions: ${Object.keys(HOSTS).join(', ')}`
  throw new SupportError('usage', `GENESYS_REGION: unknown Genesys Cloud region "${text}"${near}`)
}
