/**
 * Removes the headers that a client took from the environment (OPENAI_CUSTOM_HEADERS, ANTHROPIC_CUSTOM_HEADERS), which
 * would override the key given to the constructor. The SDKs have no option for this. The tests set those variables and
 * check the requests.
 */
export function dropCustomHeaders<Client extends object>(client: Client): Client {
  const options: unknown = Reflect.get(client, '_options')
  if (typeof options === 'object' && options !== null) Reflect.deleteProperty(options, 'defaultHeaders')
  return client
}
