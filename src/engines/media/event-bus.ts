import { jsonEvent } from '../../protocol/esl/block.ts';
import type { EslEvent } from '../../protocol/esl/event.ts';

/** Someone who may want events. */
export interface Listener {
  wants(event: EslEvent): boolean;
  /** The event, written out once for all. */
  deliver(text: string): void;
}

/** Tells every connection the events it asked for. */
export class EventBus {
  readonly #listeners = new Set<Listener>();
  #sequence = 0;

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  emit(event: EslEvent): void {
    this.#sequence += 1;
    let text: string | undefined;
    for (const listener of this.#listeners) {
      if (!listener.wants(event)) continue;
      text ??= jsonEvent({ ...event, 'Event-Sequence': String(this.#sequence) });
      listener.deliver(text);
    }
  }
}
