import { SMTPServer } from 'smtp-server';

/** A mail server that does what it is told: RFC 5321 replies, or nothing at all. */
export class MailServer {
  readonly letters: string[] = [];
  answers: number | undefined;
  #server: SMTPServer | undefined;
  port = 0;

  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => {
          text += chunk;
        });
        stream.on('end', () => {
          if (this.answers !== undefined) return done(Object.assign(new Error('no'), { responseCode: this.answers }));
          this.letters.push(text);
          done();
        });
      },
    });
    server.on('error', () => {});
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', listening));
    const address = server.server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((closed) => server.close(() => closed()));
  }
}
