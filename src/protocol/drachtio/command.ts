/** What an application says: the leader line of a frame, read (contract: drachtio admin wire, application to server). */

export type Command =
  | { readonly is: 'authenticate'; readonly id: string; readonly secret: string; readonly tags: readonly string[] }
  | { readonly is: 'route' | 'remove_route'; readonly id: string; readonly verb: string }
  | { readonly is: 'ping'; readonly id: string }
  | {
      readonly is: 'sip';
      readonly id: string;
      readonly transactionId: string;
      readonly dialogId: string;
      readonly routeUrl: string;
      readonly text: string;
    }
  | { readonly is: 'proxy'; readonly id: string; readonly transactionId: string }
  | { readonly is: 'incomplete'; readonly id: string }
  | { readonly is: 'one field'; readonly id: string }
  | { readonly is: 'unknown'; readonly id: string };
// biome-ignore format: a union reads best a member a line

/** Every frame yields a command; what is wrong with it is one of the last three kinds. */
export function parseCommand(frame: string): Command {
  const lineEnd = frame.indexOf('\r\n');
  const [id = '', word, third = '', fourth, fifth = ''] = fieldsOf(frame, lineEnd < 0 ? frame.length : lineEnd);
  switch (word) {
    case undefined:
      return { is: 'one field', id };
    case 'sip': {
      if (fourth === undefined) return { is: 'incomplete', id };
      const text = lineEnd < 0 ? '' : frame.slice(lineEnd + 2);
      return { is: 'sip', id, transactionId: third, dialogId: fourth, routeUrl: fifth, text };
    }
    case 'ping':
      return { is: 'ping', id };
    case 'authenticate':
      return { is: 'authenticate', id, secret: third, tags: (fourth ?? '').split(',').filter(Boolean) };
    case 'route':
    case 'remove_route':
      return third === '' ? { is: 'incomplete', id } : { is: word, id, verb: third };
    case 'proxy':
      return { is: 'proxy', id, transactionId: third };
    default:
      return { is: 'unknown', id };
  }
}

/** The first five fields; absent ones are left out. */
function fieldsOf(frame: string, end: number): string[] {
  const fields: string[] = [];
  for (let at = 0; fields.length < 5 && at <= end; ) {
    const bar = frame.indexOf('|', at);
    const stop = bar < 0 || bar > end ? end : bar;
    fields.push(frame.slice(at, stop));
    at = stop + 1;
  }
  return fields;
}
