import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node, type Pair, type YAMLMap } from 'yaml';
import { blot, excerptOf, isSecretKey, shortened, unfit } from './excerpt.ts';
import { type Mark, type Path, pathText, type Report, type Written } from './problem.ts';
import type { SourceFile } from './source-file.ts';
import { parseYaml } from './yaml-parse.ts';

/** A YAML file, read: its value as plain data, and where each part of it stands. */
export interface YamlSource extends Written {
  /** `undefined` when the file cannot be made sense of; the report says why. */
  readonly value: unknown;
  /** There is nothing in it but remarks. */
  readonly empty: boolean;
}

/** Reads a YAML file. Whatever is wrong with it as YAML goes to the report. Does not throw. */
export function readYaml(file: SourceFile, report: Report): YamlSource {
  const { document, faults, lines } = parseYaml(file.text);
  const text: Text = { file: file.name, text: file.text, lines };
  for (const { from, to, says, expected } of faults)
    report.add(markAt(text, from, reach(from, to, file.text)), { path: '', says, expected });
  const root = document?.contents ?? undefined;
  const written = writtenOf(text, root);
  const told = new Set<string>();
  const value = faults.length > 0 || root === undefined ? undefined : dataOf(root, [], { text, written, report, told });
  return {
    ...written,
    told: (path) => told.has(pathText(path)),
    value,
    empty: faults.length === 0 && root === undefined,
  };
}

/** The parser often points at one character: the rest of its line is what people look for. */
function reach(from: number, to: number, text: string): number {
  return to - from > 1 ? to : text.length;
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

function writtenOf(text: Text, root: Node | undefined): Written {
  return {
    file: text.file,
    mark: (path, part = 'value') => {
      const { node, whole } = find(root, path, part);
      const mark = node === undefined ? markAt(text, 0, 0) : markOf(node, text);
      return whole && part === 'value'
        ? { ...mark, found: found(node, path.at(-1), text) }
        : { ...mark, ...missing(whole) };
    },
    line: (path) => {
      const { node } = find(root, path, 'value');
      return Math.max(1, text.lines.linePos(node?.range?.[0] ?? 0).line);
    },
    raw: (path) => {
      const { node, whole } = find(root, path, 'value');
      return whole && isScalar(node) ? (node.source ?? String(node.value)) : undefined;
    },
    name: pathText,
    told: () => false,
  };
}

function missing(whole: boolean): Partial<Mark> {
  return whole ? {} : { found: 'nothing' };
}

interface Found {
  readonly node: Node | undefined;
  /** The whole path was there. */
  readonly whole: boolean;
}

/** The node at the path; when it is not there, the nearest thing around it: the key of the block it is missing from. */
function find(root: Node | undefined, path: Path, part: 'key' | 'value'): Found {
  let here: Step = { key: firstKey(root), value: root };
  for (const step of path) {
    const next = stepInto(here.value, step);
    if (next === undefined) return { node: here.key, whole: false };
    here = next;
  }
  const node = part === 'key' ? here.key : (here.value ?? here.key);
  return { node, whole: part === 'key' || here.value !== undefined };
}

/** A value, and the key it belongs to: for an item of a list, the item itself. */
interface Step {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function stepInto(node: Node | undefined, step: string | number): Step | undefined {
  if (typeof step === 'number') {
    const item = isSeq(node) ? node.items[step] : undefined;
    return isNode(item) ? { key: item, value: item } : undefined;
  }
  const pair = isMap(node) ? pairOf(node, step) : undefined;
  return pair && { key: isNode(pair.key) ? pair.key : undefined, value: isNode(pair.value) ? pair.value : undefined };
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function firstKey(root: Node | undefined): Node | undefined {
  const key = isMap(root) ? root.items[0]?.key : undefined;
  return isNode(key) ? key : root;
}

function found(node: Node | undefined, key: string | number | undefined, { text }: Text): string {
  if (isMap(node)) return 'a block of keys';
  if (isSeq(node)) return `a list of ${node.items.length}`;
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (isSecretKey(key)) return `${blot} (a secret in the clear)`;
  const [from, to] = node.range ?? [0, 0];
  return shortened(text.slice(from, Math.min(to, from + HERE_AT_MOST)).trimEnd());
}

const HERE_AT_MOST = 1_000;

function markAt({ file, text, lines }: Text, from: number, to: number): Mark {
  const at = Math.min(from, text.length);
  const { line, col } = lines.linePos(at);
  const start = at - Math.max(0, col - 1);
  const feed = text.indexOf('\n', start);
  const end = feed < 0 ? text.length : feed;
  const written = text.slice(start, end).replace(/\r$/, '');
  const here = text.slice(at, Math.min(to, end, at + HERE_AT_MOST)).trimEnd();
  return {
    file,
    line: Math.max(1, line),
    column: Math.max(1, col),
    found: here === '' ? 'nothing' : shortened(excerptOf(here, 0, here.length).text.trim()),
    excerpt: excerptOf(written, at - start, here.length),
  };
}

function markOf(node: Node, text: Text): Mark {
  const [from, to] = node.range ?? [0, 0];
  return markAt(text, from, to);
}

interface Reading {
  readonly text: Text;
  readonly written: Written;
  readonly report: Report;
  /** Paths that something was said about. */
  readonly told: Set<string>;
}

/** Plain data. Aliases are never followed: a file that names one part of itself many times over stays as small as it is. */
function dataOf(node: unknown, path: Path, reading: Reading): unknown {
  if (isNode(node) && 'anchor' in node && node.anchor !== undefined) refuseAlias(path, reading);
  if (isAlias(node)) return refuseAlias(path, reading);
  if (isMap(node)) return blockOf(node, path, reading);
  if (isSeq(node)) return node.items.map((item, index) => dataOf(item, [...path, index], reading));
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string' && unfit.test(node.value)) refuseControl(path, reading);
  return node.value;
}

function blockOf(map: YAMLMap, path: Path, reading: Reading): Readonly<Record<string, unknown>> {
  const block: Record<string, unknown> = {};
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== 'string' || unfitKeys.has(name) || unfit.test(name)) refuseKey(key, path, reading);
    else if (Object.hasOwn(block, name)) refuseTwice(key as Node, [...path, name], reading);
    else block[name] = dataOf(value, [...path, name], reading);
  }
  return block;
}

const unfitKeys = new Set(['__proto__', 'constructor', 'prototype']);

function refuseAlias(path: Path, { written, report, told }: Reading): undefined {
  told.add(pathText(path));
  const says = 'anchors (&name) and references to them (*name) are not read';
  report.add(written.mark(path), { path: pathText(path), says, expected: 'the value itself' });
}

function refuseControl(path: Path, { written, report, told }: Reading): void {
  told.add(pathText(path));
  const says = `${pathText(path) || written.file} holds a control character`;
  report.add(written.mark(path), {
    path: pathText(path),
    says,
    expected: 'text on one line, without control characters',
  });
}

function refuseKey(key: unknown, path: Path, { text, written, report }: Reading): void {
  const at = isNode(key) ? markOf(key, text) : written.mark(path);
  report.add(at, { path: pathText(path), says: 'a key of this kind is not read', expected: 'a key of plain letters' });
}

function refuseTwice(key: Node, path: Path, { text, written, report }: Reading): void {
  const first = written.mark(path, 'key');
  const says = `${path.at(-1)} stands here twice; first in line ${first.line}`;
  report.add(markOf(key, text), { path: pathText(path), says, expected: 'each key once', also: first });
}
