import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataFolder } from '../../../src/edges/stores/data-folder.ts';

let folder: string;
const lock = () => join(folder, 'exchange.lock');
const pids = readlinkSync('/proc/self/ns/pid');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('makes the folder for its owner alone', () => {
  const path = join(folder, 'new', 'data');
  const held = lockDataFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  held.release();
});

it('is refused to a second exchange, which is told who has it', () => {
  const held = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid} uses this data folder`);
  held.release();
});

it('is free again after a release', () => {
  lockDataFolder(folder).release();
  lockDataFolder(folder).release();
  expect(existsSync(lock())).toBe(false);
});

it('is taken over from a process that has ended', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  writeFileSync(lock(), JSON.stringify({ pid: child.pid, pids, token: 'theirs' }));
  const held = lockDataFolder(folder);
  expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
  held.release();
});

it('is taken over when the pid of its owner now belongs to another process', () => {
  writeFileSync(lock(), JSON.stringify({ pid: process.pid, pids, began: '1', token: 'theirs' }));
  const held = lockDataFolder(folder);
  held.release();
  expect(existsSync(lock())).toBe(false);
});

it('is refused while a container gives signs of life, and taken over when it has been silent', () => {
  writeFileSync(lock(), JSON.stringify({ pid: 1, pids: 'pid:[1]', token: 'theirs' }));
  expect(() => lockDataFolder(folder)).toThrow('an exchange in another container uses this data folder');
  const aMinuteAgo = new Date(Date.now() - 60_000);
  utimesSync(lock(), aMinuteAgo, aMinuteAgo);
  lockDataFolder(folder).release();
});

it('is taken over when the lock does not say whose it is', () => {
  writeFileSync(lock(), '{');
  lockDataFolder(folder).release();
});

it('does not release what another exchange has taken over', () => {
  const held = lockDataFolder(folder);
  writeFileSync(lock(), JSON.stringify({ pid: 1, pids, token: 'theirs' }));
  held.release();
  expect(existsSync(lock())).toBe(true);
});

it('is not judged by two at once', () => {
  writeFileSync(lock(), '{');
  writeFileSync(`${lock()}.breaking`, JSON.stringify({ pid: 1, token: '' }));
  expect(() => lockDataFolder(folder)).toThrow('another exchange is starting');
});

it('does not wait for ever for a judge that died', () => {
  writeFileSync(lock(), '{');
  writeFileSync(`${lock()}.breaking`, JSON.stringify({ pid: 1, token: '' }));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${lock()}.breaking`, longAgo, longAgo);
  lockDataFolder(folder).release();
});
