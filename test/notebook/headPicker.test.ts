import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { attachNotebook, type MimeBundle, type ShowOptions } from "../../lib/notebook/output";
import { headPicker } from "../../lib/notebook/widgets/headPicker";
import { handmade } from "../steering/probes";

type Json = Record<string, unknown>;

/** What the page says, what it was told, and what is shown under the cell. */
let say: (data: Json) => void;
let told: Json[];
let shown: { text: string; options?: ShowOptions }[];

beforeEach(() => {
  told = [];
  shown = [];
  attachNotebook({
    show(bundle, options) {
      if (!options?.id?.startsWith("smitin-still"))
        shown.push({ text: String((bundle as MimeBundle)["text/plain"]), options });
    },
    claim: () => true,
    comms: {
      open: (target, _, { id = "" }) => ({
        ...{ id, target, closed: false, onClose: () => () => {}, close() {} },
        send: (data) => void told.push(data),
        onMessage(listener) {
          say = (content) => listener({ method: "custom", content }, []);
          return () => {};
        },
      }),
      onOpen() {},
    },
  });
});
afterEach(() => attachNotebook(undefined));

const answers = () => told.map(({ content }) => content).filter((content) => (content as Json)?.taken);
const turn = () => new Promise((next) => setImmediate(next));

test("the waiting cell says that it waits, and what it took; the page is answered", async () => {
  const picker = headPicker(handmade(), { top: 2 });
  picker._repr_mimebundle_();
  say({ hello: true });
  say({ confirm: true });
  assert.deepEqual(answers(), [{ taken: [2], isAwaited: false }]);
  const waiting = picker.selection;
  await turn();
  assert.match(shown.at(-1)!.text, /^waiting for "Use selection".*after 120 s/);
  picker.selectTop(3);
  say({ confirm: true });
  assert.deepEqual(answers().at(-1), { taken: [3], isAwaited: true });
  assert.equal((await waiting).length, 3);
  const { text, options } = shown.at(-1)!;
  assert.equal(text, "3 heads taken");
  assert.deepEqual([options!.update, options!.id], [true, shown.at(-2)!.options!.id]);
});

test("where nobody touches the picker the cell goes on with what is selected, and says so", async () => {
  const picker = headPicker(handmade(), { top: 1, patience: 0.05 });
  picker._repr_mimebundle_();
  say({ hello: true });
  assert.deepEqual(await picker.selection, [{ layer: 1, head: 1 }]);
  assert.equal(shown.at(-1)!.text, "1 head taken: nobody touched the picker for 0.05 s");
});
