import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildSettings, toolEnvironment } from '../../src/packages/tools/settings.ts'
import { newFolder } from '../helpers/folder.ts'

function home(npmrc: string, pip = ''): { HOME: string; PATH: string } {
  const folder = newFolder()
  writeFileSync(join(folder, '.npmrc'), npmrc)
  mkdirSync(join(folder, '.config', 'pip'), { recursive: true })
  writeFileSync(join(folder, '.config', 'pip', 'pip.conf'), pip)
  return { HOME: folder, PATH: '/usr/bin' }
}

it('npm and uv get what they need to reach a registry, and no credential of a customer', () => {
  const env = {
    ...home(
      '//npm.example/:_authToken=${NPM_TOKEN}\n',
      '[global]\nindex-url = https://pypi.example/simple\n',
    ),
    NPM_TOKEN: 'npm-secret',
    GRAFANA_TOKEN_ACME: 'secret-of-acme',
    OPENAI_API_KEY: 'secret-of-a-platform',
    HTTPS_PROXY: 'http://proxy.example:3128',
    UV_INDEX_ACME_PASSWORD: 'index-secret',
    NODE_OPTIONS: '--require /tmp/evil.js',
    npm_config_script_shell: '/tmp/evil',
    UV_PYTHON_DOWNLOADS: 'automatic',
  }
  expect(toolEnvironment(env)).toEqual({
    HOME: env.HOME,
    PATH: '/usr/bin',
    NPM_TOKEN: 'npm-secret',
    HTTPS_PROXY: 'http://proxy.example:3128',
    UV_INDEX_ACME_PASSWORD: 'index-secret',
    UV_DEFAULT_INDEX: 'https://pypi.example/simple',
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    npm_config_logs_max: '0',
  })
})

it("uv's own index wins over pip's", () => {
  const env = {
    ...home('', '[global]\nindex-url=https://a.example\n'),
    UV_DEFAULT_INDEX: 'https://b.example',
  }
  expect(toolEnvironment(env)).toMatchObject({ UV_DEFAULT_INDEX: 'https://b.example' })
})

it('a build gets how to reach the registries, without paths and programs of this machine', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'ca.pem'), 'CERTIFICATE')
  const npmrc = [
    'registry=https://npm.example/',
    '@acme:registry=https://acme.example/',
    '//acme.example/:_authToken=${NPM_TOKEN}',
    `cafile=${folder}/ca.pem`,
    'script-shell=/tmp/evil',
    'prefix=/home/x',
  ]
  const env = { ...home(`${npmrc.join('\n')}\n`), NPM_TOKEN: 'npm-secret', NO_PROXY: 'x', SECRET: 'of-acme' }
  expect(buildSettings(env)).toEqual({
    variables: { NO_PROXY: 'x' },
    npmrc:
      'registry=https://npm.example/\n@acme:registry=https://acme.example/\n//acme.example/:_authToken=npm-secret\n',
    ca: 'CERTIFICATE',
    uvToml: '',
  })
})
