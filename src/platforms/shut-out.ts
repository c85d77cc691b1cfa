/**
 * Takes away the headers that a variable of the environment gave to a client (OPENAI_CUSTOM_HEADERS,
 * ANTHROPIC_CUSTOM_HEADERS): they would replace the key, whatever the constructor was given. No option of the SDKs
 * says this; the tests set those variables and look at what goes out.
 */
export function dropCustomHeaders<Client extends object>(client: Client): Client {
  const options: unknown = Reflect.get(client, '_options')
  if (typeof options === 'object' && options !== null) Reflect.deleteProperty(options, 'defaultHeaders')
  return client
}
