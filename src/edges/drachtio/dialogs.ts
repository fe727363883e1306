import { Crowd, Roster } from '../../domain/roster.ts';
import type { SipRequest, SipResponse } from './srf.ts';

/** Whoever owns a dialog: a leg before the answer, a half of a conversation after it. */
export interface DialogOwner extends Losable {
  /** A request of the far end inside the dialog, an ACK, or the BYE the engine sends on its own. */
  handle(req: SipRequest, res: SipResponse): void;
}

export interface Losable {
  /** The connection to the engine is gone, and every dialog with it. */
  lost(): void;
}

/** Every dialog of this process, by the engine's id `<Call-ID>;from-tag=<tag>`. */
export class Dialogs {
  readonly #byId = new Roster<DialogOwner>();
  /** Legs that are being sent and have no dialog yet. */
  readonly #unborn = new Crowd<Losable>();
  readonly #whenEmpty: (() => void)[] = [];

  get size(): number {
    return this.#byId.size;
  }

  find(id: string | undefined): DialogOwner | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  set(id: string, owner: DialogOwner): void {
    this.#byId.set(id, owner);
  }

  /** Only the owner itself can take its dialog out. */
  remove(id: string, owner: DialogOwner): void {
    if (this.#byId.get(id) === owner) this.#byId.delete(id);
    this.#tellEmpty();
  }

  /** Settles when there is no dialog left: every BYE has been answered. */
  empty(): Promise<void> {
    return new Promise((settle) => {
      this.#whenEmpty.push(settle);
      this.#tellEmpty();
    });
  }

  /** The function given back is called when there is a dialog, or will be none. */
  expect(owner: Losable): () => void {
    return this.#unborn.add(owner);
  }

  /** The engine forgot everything: so do we. */
  loseAll(): void {
    const owners = new Set<Losable>([...this.#byId.values(), ...this.#unborn.members()]);
    this.#byId.clear();
    for (const owner of owners) owner.lost();
    this.#tellEmpty();
  }

  #tellEmpty(): void {
    if (this.#byId.size === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
  }
}

/** The engine's name for a dialog: by the From tag of the request that made it. */
export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`;
}
