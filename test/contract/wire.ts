/**
 * The wire contract between applications and a SIP engine, sections A to H: one suite, run against our engine and,
 * where one is at hand, against a real drachtio-server. Each test opens its own applications and peers.
 */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { adminConnection } from './wire-admin-connection.ts';
import { b2bua } from './wire-b2bua.ts';
import { Bench, type UnderTest } from './wire-bench.ts';
import { cancelling } from './wire-cancel.ts';
import { dialogs } from './wire-dialog.ts';
import { network } from './wire-network.ts';
import { requests } from './wire-requests.ts';
import { sessions } from './wire-sessions.ts';
import { websockets } from './wire-websockets.ts';

export function wireContract(name: string, open: () => Promise<UnderTest>): void {
  describe(name, () => {
    let engine: UnderTest | undefined;
    let bench: Bench | undefined;
    const current = (): Bench => {
      if (engine === undefined) throw new Error('no engine');
      bench ??= new Bench(engine);
      return bench;
    };
    beforeAll(async () => {
      engine = await open();
    });
    afterEach(async () => {
      await bench?.close();
      bench = undefined;
    });
    afterAll(async () => {
      await engine?.stop();
    });
    describe('A: admin connection', () => adminConnection(current));
    describe('B: requests of the application', () => requests(current));
    describe('C: CANCEL', () => cancelling(current));
    describe('D: requests from the network', () => network(current));
    describe('E: inside dialogs', () => dialogs(current));
    describe('F: session timers, several applications, transports', () => sessions(current));
    describe('G: drachtio-srf between two peers', () => b2bua(current));
    describe('H: WebSockets', () => websockets(current));
  });
}
