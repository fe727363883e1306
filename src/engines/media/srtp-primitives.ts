import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { SrtpPrimitives } from '../../protocol/srtp/primitives.ts';

const TAG_BYTES = 16;

/**
 * Node's cryptography in the shape SRTP asks for. Keys are made KeyObjects once: Node 24 takes up to twelve times
 * longer with octets. The block cipher is one object for the life of the key, since ECB keeps nothing between blocks.
 */
export const nodeSrtpPrimitives: SrtpPrimitives = {
  aesBlocks(key) {
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, createSecretKey(key), null).setAutoPadding(false);
    return (blocks) => cipher.update(blocks);
  },
  hmacSha1(key) {
    const secret = createSecretKey(key);
    return (first, second) => createHmac('sha1', secret).update(first).update(second).digest();
  },
  aesGcm(key) {
    const secret = createSecretKey(key);
    const name = key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    return {
      seal(nonce, associated, plain) {
        const cipher = createCipheriv(name, secret, nonce).setAAD(associated);
        const sealed = cipher.update(plain);
        cipher.final();
        return Buffer.concat([sealed, cipher.getAuthTag()]);
      },
      open(nonce, associated, sealed) {
        const end = sealed.length - TAG_BYTES;
        const cipher = createDecipheriv(name, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
        cipher.setAuthTag(sealed.subarray(end));
        const plain = cipher.update(sealed.subarray(0, end));
        try {
          cipher.final();
          return plain;
        } catch {
          // A wrong tag is Node's exception and our ordinary refusal.
          return undefined;
        }
      },
    };
  },
};
