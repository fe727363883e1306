/** The applications: who is connected, who wants which requests, and the port they come to. */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Application, type ApplicationLimits, type ApplicationUser } from './application.ts';

export class Applications {
  readonly #connected = new Set<Application>();
  readonly #byVerb = new Map<string, Application[]>();
  readonly #turn = new Map<string, number>();
  #server: Server | undefined;

  get size(): number {
    return this.#connected.size;
  }

  /** Listen for applications. Rejects with the socket's error. */
  async start(
    at: { readonly address: string; readonly port: number },
    user: ApplicationUser,
    limits: ApplicationLimits & { readonly applications: number },
  ): Promise<{ address: string; port: number }> {
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.#connected.size >= limits.applications) socket.destroy();
      else this.#connected.add(new Application(socket, user, limits));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: at.address, port: at.port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    return { address, port };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    for (const app of [...this.#connected]) app.close();
    await closed;
  }

  /** Register an application for a method; doing it again changes nothing. */
  route(app: Application, verb: string): void {
    const apps = this.#byVerb.get(verb);
    if (apps === undefined) this.#byVerb.set(verb, [app]);
    else if (!apps.includes(app)) apps.push(app);
  }

  unroute(app: Application, verb: string): void {
    const left = (this.#byVerb.get(verb) ?? []).filter((one) => one !== app);
    if (left.length === 0) this.#byVerb.delete(verb);
    else this.#byVerb.set(verb, left);
  }

  remove(app: Application): void {
    this.#connected.delete(app);
    for (const verb of [...this.#byVerb.keys()]) this.unroute(app, verb);
  }

  /** The application whose turn it is for this method; undefined when none wants it. */
  next(method: string): Application | undefined {
    const verb = method.toLowerCase();
    const apps = this.#byVerb.get(verb);
    if (apps === undefined) return undefined;
    const turn = (this.#turn.get(verb) ?? 0) % apps.length;
    this.#turn.set(verb, turn + 1);
    return apps[turn];
  }
}
