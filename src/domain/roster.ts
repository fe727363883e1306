/**
 * Who is there, by name: for what comes and goes all day, where a Map would hold on to it. V8 gives a Map that has seen many come and
 * go a new table, and leaves the old one pointing to it, with all that was in it. Once one such table is old, each that follows is kept, and
 * every call that stood in one, until the old objects are collected: a pause of 20 ms each second (docs/adr/0018). Properties of an object have no such chain.
 *
 * Names that are whole numbers come first, in their order; all others in the order in which they came.
 */
export class Roster<Value> {
  #there: Record<string, Value> = Object.create(null);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(name: string): Value | undefined {
    return this.#there[name];
  }

  has(name: string): boolean {
    return name in this.#there;
  }

  set(name: string, value: Value): void {
    if (!(name in this.#there)) this.#size += 1;
    this.#there[name] = value;
  }

  /** False: there was nobody of that name. */
  delete(name: string): boolean {
    if (!(name in this.#there)) return false;
    delete this.#there[name];
    this.#size -= 1;
    return true;
  }

  clear(): void {
    this.#there = Object.create(null);
    this.#size = 0;
  }

  /** As they are now: whoever comes or goes afterwards changes nothing in it. */
  values(): readonly Value[] {
    return Object.values(this.#there);
  }
}

interface Node<Member> {
  member: Member | undefined;
  before: Node<Member> | undefined;
  after: Node<Member> | undefined;
}

/** As a Roster, for those without a name: in the order in which they came. */
export class Crowd<Member> {
  #first: Node<Member> | undefined;
  #last: Node<Member> | undefined;

  /** The function given back takes the member out; a second time does nothing. */
  add(member: Member): () => void {
    const node: Node<Member> = { member, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = node;
    else this.#last.after = node;
    this.#last = node;
    return () => this.#leave(node);
  }

  /** As they are now. */
  members(): readonly Member[] {
    const all: Member[] = [];
    for (let node = this.#first; node !== undefined; node = node.after) all.push(node.member as Member);
    return all;
  }

  /** Who has left holds nobody and is held by nobody. */
  #leave(node: Node<Member>): void {
    if (node.member === undefined) return;
    if (node.before === undefined) this.#first = node.after;
    else node.before.after = node.after;
    if (node.after === undefined) this.#last = node.before;
    else node.after.before = node.before;
    node.member = node.before = node.after = undefined;
  }
}
