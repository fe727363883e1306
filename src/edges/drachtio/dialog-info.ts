import type { LineCall } from '../../call/ports.ts';

/** More calls of one line than any lamp shows; a NOTIFY over UDP stays small. */
const callsAtMost = 8;

/** What was told of a line last, so that what has ended since can be told as ended, once (RFC 4235 §3.7.1). */
export interface Told {
  readonly version: number;
  readonly calls: readonly LineCall[];
}

/**
 * RFC 4235 §4: the whole state of one line, with a version that goes up by one with each NOTIFY. Who the far ends are is never told:
 * there is no `remote` in it.
 */
export function dialogInfo(
  entity: string,
  version: number,
  calls: readonly LineCall[],
  before: Told | undefined,
): string {
  const now = new Set(calls.map(({ call }) => call));
  const ended = (before?.calls ?? []).filter(({ call }) => !now.has(call));
  const lines = [
    ...calls.slice(0, callsAtMost).map((one) => dialog(one, one.state)),
    ...ended.slice(0, callsAtMost).map((one) => dialog(one, 'terminated')),
  ];
  const head = `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${escaped(entity)}">`;
  return ['<?xml version="1.0"?>', head, ...lines, '</dialog-info>', ''].join('\r\n');
}

function dialog({ call, direction }: LineCall, state: string): string {
  return `<dialog id="${escaped(call)}" direction="${direction}"><state>${state}</state></dialog>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
