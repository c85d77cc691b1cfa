import { describe, expect, it } from 'vitest'
import { customerTitle } from '../../src/config/project.ts'
import { selectCustomer } from '../../src/config/select.ts'
import { anyCustomer, projectOf } from '../helpers/projects.ts'

const project = projectOf({
  customers: [
    anyCustomer('Vattenfall DE'),
    anyCustomer('Vattenfall SE'),
    anyCustomer('VAT', { id: 'v' }),
    anyCustomer('Segura'),
  ],
})

describe('choosing a customer', () => {
  it.each([
    ['vattenfall-de', 'vattenfall-de'],
    ['VATTENFALL de', 'vattenfall-de'],
    ['vat', 'v'],
    ['seg', 'segura'],
    ['gura', 'segura'],
    ['fall-d', 'vattenfall-de'],
  ])('%s is %s', (word, id) => {
    expect(selectCustomer(project, word).id).toBe(id)
  })

  it('an ambiguous prefix lists the candidates', () => {
    expect(() => selectCustomer(project, 'vatt')).toThrow(
      'Vattenfall DE (vattenfall-de), Vattenfall SE (vattenfall-se)',
    )
  })

  it('a part counts only if it is long enough, and not where servers are stopped', () => {
    expect(() => selectCustomer(project, 'gu')).toThrow('no such customer')
    expect(() => selectCustomer(project, 'gura', 'beginning')).toThrow('no such customer')
    expect(() => selectCustomer(project, 'fall')).toThrow('"fall" is ambiguous')
  })

  it('a near miss gets a suggestion', () => {
    expect(() => selectCustomer(project, 'segurra')).toThrow('did you mean "segura"?')
  })

  it.each(['', ' ', '\u0000', '../x', '\u001b[31m'])('%j selects no one', word => {
    expect(() => selectCustomer(project, word)).toThrow('no such customer')
  })

  it('production is marked in the title', () => {
    expect(customerTitle({ id: 'x', name: 'X', environment: 'prod' })).toBe('X (x) PROD')
  })
})
