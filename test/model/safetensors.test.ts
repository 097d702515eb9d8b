import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { diskFile } from "../../lib/disk/folder";
import { memoryFile } from "../../lib/files/file";
import { fromBfloat, fromHalf, toHalf } from "../../lib/model/checkpoint/dtype";
import { encodeSafetensors, openSafetensors } from "../../lib/model/checkpoint/safetensors";

const matrix = { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3.25, 1e-3, -7) };
const codes = { shape: [4], data: Int32Array.of(0, -1, 2 ** 30, 5) };

test("what is written is read back: floats, integers, scalars, nothing, metadata", () => {
  const scalar = { shape: [], data: Float32Array.of(3) };
  const empty = { shape: [0, 4], data: new Float32Array(0) };
  const bytes = encodeSafetensors({ matrix, empty, codes, scalar }, { metadata: { format: "pt" } });
  const file = openSafetensors(memoryFile("m", bytes));
  assert.deepEqual(file.names(), ["matrix", "empty", "codes", "scalar"]);
  assert.deepEqual(file.metadata, { format: "pt" });
  assert.deepEqual(file.shape("matrix"), [2, 3]);
  assert.deepEqual(file.read("matrix"), matrix.data);
  assert.deepEqual(file.readIntegers("codes"), codes.data);
  assert.deepEqual(file.read("scalar"), Float32Array.of(3));
  assert.equal(file.read("empty").length, 0);
  assert.equal(file.has("other"), false);
});

test("F16 is written rounded to the nearest, ties to even", () => {
  const values = [
    1,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    65504,
    65519.99,
    2 ** -24,
    2 ** -25,
    3 * 2 ** -26,
    -0.1,
    6.1e-5,
  ];
  const bytes = encodeSafetensors({ x: { shape: [10], data: Float32Array.from(values) } }, { dtype: "F16" });
  const read = openSafetensors(memoryFile("m", bytes)).read("x");
  const expected = [
    1,
    1,
    1 + 2 ** -9,
    65504,
    65504,
    2 ** -24,
    0,
    2 ** -24,
    -0.0999755859375,
    6.097555160522461e-5,
  ];
  assert.deepEqual([...read], expected);
});

test("every half-precision number survives the way to single precision and back", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const back = toHalf(fromHalf(bits));
  const wrong = bits.filter((value, i) => back[i] !== value && (value & 0x7fff) <= 0x7c00);
  assert.equal(wrong.length, 0);
  assert.ok(Number.isNaN(fromHalf(Uint16Array.of(0x7c01))[0]));
});

test("bfloat16 is the upper half of single precision", () => {
  assert.deepEqual(
    [...fromBfloat(Uint16Array.of(0x3f80, 0xc049, 0x0000, 0x7f80))],
    [1, -3.140625, 0, Infinity],
  );
});

test("a writer refuses a shape that does not match, and a number that F16 cannot hold", () => {
  assert.throws(
    () => encodeSafetensors({ x: { shape: [3], data: new Float32Array(2) } }),
    /expects 3 numbers, found 2/,
  );
  const large = { shape: [2], data: Float32Array.of(0, 65520) };
  assert.throws(() => encodeSafetensors({ large }, { dtype: "F16" }), /large: .*fit F16.*found 65520/);
});

test("each damaged or hostile file is one clear error that names the file", () => {
  const good = { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] };
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /expected at least 8 bytes, found 0/],
    [new Uint8Array(7), /expected at least 8 bytes, found 7/],
    [raw({ a: good }, 24).slice(0, 40), /header claims \d+ bytes, the file has 32/],
    [raw({ a: good }, 24, 2n ** 60n), /header claims 1152921504606846976 bytes/],
    [raw({ a: good }, 24, 2n ** 64n - 1n), /header claims 18446744073709551615 bytes/],
    [raw({ a: good }, 23), /expected data_offsets within 0 ... 23, found \[0, 24\]/],
    [raw({ a: good }, 25), /fill 25 bytes, found 24/],
    [raw("not json", 0), /expected JSON/],
    [raw("[1, 2]", 0), /expected a JSON object, found a list/],
    [raw("null", 0), /expected a JSON object/],
    [raw({ a: { ...good, dtype: "F31" } }, 24), /a: expected a dtype of .*found "F31"/],
    [raw({ a: { ...good, dtype: "toString" } }, 24), /a: expected a dtype of/],
    [raw({ a: { ...good, dtype: "F16" } }, 24), /F16 \[2, 3\] expects 12 bytes, found 24/],
    [
      raw({ a: { ...good, shape: [2 ** 40, 2 ** 40] } }, 24),
      /expects 4835703278458516698824704 bytes, found 24/,
    ],
    [
      raw('{"a":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,24]}}', 24),
      /expected a shape of whole/,
    ],
    [raw({ a: { ...good, shape: [-2, -3] } }, 24), /expected a shape of whole numbers/],
    [raw({ a: { ...good, shape: [1.5, 4] } }, 24), /expected a shape of whole numbers/],
    [raw({ a: { ...good, shape: "2,3" } }, 24), /expected a shape of whole numbers/],
    [raw({ a: { ...good, data_offsets: [0] } }, 24), /expected data_offsets \[begin, end\]/],
    [raw({ a: { ...good, data_offsets: [-24, 0] } }, 24), /expected data_offsets/],
    [raw({ a: { ...good, data_offsets: [24, 0] } }, 24), /expected data_offsets within/],
    [raw({ a: { ...good, data_offsets: [0, 2 ** 52] } }, 24), /expected data_offsets within 0 ... 24/],
    [raw({ a: good, b: { ...good, data_offsets: [12, 36] } }, 36), /b at 12 overlaps/],
    [raw({ a: good, b: good }, 24), /b at 0 overlaps/],
    [
      raw({ a: good, b: { ...good, data_offsets: [28, 52] } }, 52),
      /expected a tensor at 24, found the next one \(b\) at 28/,
    ],
    [raw({ a: null }, 0), /a: expected a dtype/],
    [raw({ a: 7 }, 0), /a: expected a dtype/],
    [raw({ __metadata__: { a: 1 } }, 0), /expected __metadata__ to map names to texts/],
    [raw(`{"a":${JSON.stringify(good)},"a":${JSON.stringify(good)}}`, 24), /a stands twice/],
    [
      raw(`{"a":{"dtype":"F32","dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}`, 24),
      /dtype stands twice/,
    ],
    [raw(`{"\\u0061":${JSON.stringify(good)},"a":${JSON.stringify(good)}}`, 24), /a stands twice/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(
      () => openSafetensors(memoryFile("weights.safetensors", bytes)),
      (error: Error) => error.message.startsWith("weights.safetensors: ") && message.test(error.message),
      String(message),
    );
  }
  const broken = raw({ a: good }, 24);
  broken[10] = 0xff;
  assert.throws(() => openSafetensors(memoryFile("w", broken)), /w: .*UTF-8/);
});

test("a tensor of the wrong kind, or of no name, is refused when it is read", () => {
  const file = openSafetensors(memoryFile("m", encodeSafetensors({ matrix, codes })));
  assert.throws(() => file.read("codes"), /m: codes: expected F32, F16 or BF16, found I32/);
  assert.throws(() => file.readIntegers("matrix"), /m: matrix: expected integers, found F32/);
  assert.throws(() => file.read("missing"), /m: expected a tensor missing, found none/);
});

test("a tensor named like a part of every object is a tensor like any other", () => {
  const file = openSafetensors(
    memoryFile("m", raw('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1)),
  );
  assert.deepEqual(file.names(), ["__proto__"]);
  assert.equal(file.has("toString"), false);
});

test("a file on disk gives the bytes of a tensor alone", () => {
  const file = openSafetensors(diskFile(join(__dirname, "../fixtures/codec-still/model.safetensors")));
  const name = "audio_encoder.encoder.layers.0.conv.bias";
  assert.equal(file.dtype(name), "BF16");
  assert.equal(file.read(name).length, 4);
  assert.throws(() => diskFile(join(__dirname, "nothing.safetensors")), /nothing.safetensors/);
});

/** A file with this header and this many bytes of data; `length` lies about the header's length. */
function raw(header: object | string, data: number, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
