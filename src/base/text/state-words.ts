/** `missing_credentials` → `missing credentials`: a server's state as a person reads it. JSON keeps the identifier. */
export function stateWords(state: string): string {
  return state === 'auth_required' ? 'sign-in required' : state.replaceAll('_', ' ')
}
