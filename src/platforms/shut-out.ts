/**
 * Removes the headers that a client took from the environment (OPENAI_CUSTOM_HEADERS, ANTHROPIC_CUSTOM_HEADERS): they
 * would replace the key given to the constructor. The SDKs have no option for this; the tests set those variables and
 * check what is sent.
 */
export function dropCustomHeaders<Client extends object>(client: Client): Client {
  const options: unknown = Reflect.get(client, '_options')
  if (typeof options === 'object' && options !== null) Reflect.deleteProperty(options, 'defaultHeaders')
  return client
}
