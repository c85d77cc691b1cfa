import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakePlatforms } from './start.ts'

/**
 * Writes a credential file for Vertex, and what it reads its subject token from, into a folder; returns its path.
 * Only the external kinds may name their own token_url: https://google.aip.dev/auth/4117. `workforce` is what a
 * person's sign-in by a workforce pool leaves behind, `impersonating` goes on to a service account.
 */
export function vertexCredentials(
  fake: FakePlatforms,
  folder: string,
  { kind = 'workload', subjectToken = 'subject-1', instance = 'vertex' }: Partial<Credentials> = {},
): string {
  const subject = join(folder, `${instance}-subject-token`)
  const file = join(folder, `${instance}-${kind}.json`)
  writeFileSync(subject, subjectToken)
  const tokenUrl = `${fake.url(instance)}/token`
  const workload = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/fake',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: tokenUrl,
    credential_source: { file: subject },
  }
  const CONTENTS = {
    workload,
    impersonating: {
      ...workload,
      service_account_impersonation_url: `${fake.url(instance)}/serviceAccounts/support@p1.iam:generateAccessToken`,
    },
    workforce: {
      type: 'external_account_authorized_user',
      audience: '//iam.googleapis.com/locations/global/workforcePools/pool/providers/fake',
      refresh_token: 'refresh-1',
      token_url: tokenUrl,
      token_info_url: tokenUrl,
      client_id: 'client-1',
      client_secret: 'secret-1',
    },
  }
  writeFileSync(file, JSON.stringify(CONTENTS[kind]))
  return file
}

interface Credentials {
  kind: 'workload' | 'impersonating' | 'workforce'
  subjectToken: string
  instance: string
}
