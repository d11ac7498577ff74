// Answers questions about credentials with Digital Bazaar's libraries and jose, a line each of JSON.
// Documents (contexts, keys, status lists) come with the question: nothing is fetched.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import * as jose from 'jose';
import {createInterface} from 'node:readline';

function loader(documents) {
  return async url => {
    if(!(url in documents)) {
      throw new Error(`not kept here: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: documents[url]};
  };
}

const seedOf = hex => Uint8Array.from(Buffer.from(hex, 'hex'));

async function keyOf({seed, controller, method}) {
  return Ed25519Multikey.generate({seed: seedOf(seed), controller, id: method});
}

const questions = {
  async issue({credential, key, documents, created}) {
    const pair = await keyOf(key);
    const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite, date: created});
    return vc.issue({credential, suite, documentLoader: loader(documents), now: created});
  },
  async verify({credential, documents, now}) {
    const suite = new DataIntegrityProof({cryptosuite});
    const documentLoader = loader(documents);
    const result = await vc.verifyCredential({
      credential, suite, documentLoader, now,
      checkStatus: () => checkStatus({credential, suite, documentLoader})
    });
    const status = result.statusResult;
    return {
      verified: result.verified,
      statuses: status ? (status.results || []).map(one => one.status) : null,
      error: String(result.error?.errors?.[0] || result.error || status?.error || '')
    };
  },
  async jwtVerify({token, publicJwk, now}) {
    const key = await jose.importJWK(publicJwk, 'Ed25519');
    const options = {currentDate: new Date(now), typ: 'vc+jwt'};
    const {payload, protectedHeader} = await jose.jwtVerify(token, key, options);
    return {payload, header: protectedHeader};
  },
  async jwtSign({payload, header, privateJwk}) {
    const secret = await jose.importJWK(privateJwk, 'Ed25519');
    return new jose.SignJWT(payload).setProtectedHeader(header).sign(secret);
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const {ask, ...given} = JSON.parse(line);
  let answer;
  try {
    answer = {answer: await questions[ask](given)};
  } catch(error) {
    answer = {error: String(error.errors?.[0] || error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
