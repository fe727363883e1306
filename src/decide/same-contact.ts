/**
 * Are two contact URIs one address (RFC 3261 §19.1.4)? Scheme, host and parameters compare without case, the user part with it;
 * parameters in any order. A parameter that only one of them has makes two addresses, which is stricter than the RFC for those
 * it does not name: the worst of it is a phone that rings twice until the older binding expires.
 */
export function sameContact(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(uri: string): string {
  const [, scheme = '', user = '', host = '', rest = ''] = /^([^:]*:)([^@;?]*@)?([^;?]*)(.*)$/su.exec(uri) ?? [];
  const [parameters = '', headers = ''] = rest.split('?', 2);
  const sorted = parameters.toLowerCase().split(';').filter(Boolean).sort().join(';');
  return `${scheme.toLowerCase()}${user}${host.toLowerCase()};${sorted}?${headers}`;
}
