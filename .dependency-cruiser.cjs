/*
 * Who may import whom, checked by `npm run check`. A room is a folder of lib/: a stage of the way from sound to figure, which knows
 * the rooms before it and none after it. The edges are what Node has and a browser has not.
 */
const core = [
  "math",
  "jobs",
  "files",
  "engine",
  "audio",
  "music",
  "model",
  "probes",
  "steering",
  "judges",
  "sweep",
  "figures",
  "live",
  "lessons",
];
const rooms = [...core, "disk", "stills", "notebook"];
const edges = ["disk", "stills", "hub", "queue", "native", "flags", "kernel", "jupyter", "page", "command"];
const any = (names) => `^lib/(${names.join("|")})/`;

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that import each other are one idea in two places, or a third one's.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...rooms.map((room, i) => ({
      name: `${room}-knows-earlier-rooms`,
      comment: `lib/${room} imports from ${rooms.slice(0, i).join(", ") || "no other room"} only.`,
      severity: "error",
      from: { path: `^lib/${room}/` },
      to: { path: "^(lib|experiments|test)/", pathNot: any(rooms.slice(0, i + 1)) },
    })),
    {
      name: "judges-know-no-probes",
      comment: "Whoever decides about success has never seen what steers.",
      severity: "error",
      from: { path: "^lib/judges/" },
      to: { path: "^lib/(model|probes|steering)/" },
    },
    {
      name: "engines-behind-one-interface",
      comment: "What an engine is made of concerns nobody else: the interface and the engine in use come from lib/engine itself (lib/tables is TensorFlow.js to danfojs).",
      severity: "error",
      from: { path: "^(lib|experiments)/", pathNot: ["^lib/(engine|native|tables)/"] },
      to: { path: "^lib/engine/", pathNot: "^lib/engine/index\\.ts$" },
    },
    {
      name: "core-runs-anywhere",
      comment: "The core has nothing of Node, so that pages and workers have it too.",
      severity: "error",
      from: { path: `${any(core)}|^lib/browser\\.ts$` },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "page-knows-browsers",
      comment: "The explorer's page and its worker: the core, and what widgets draw with; nothing of Node.",
      severity: "error",
      from: { path: "^lib/page/", pathNot: "^lib/page/notebook/" },
      to: {
        path: "^(lib|experiments|test)/",
        pathNot: [any(core), "^lib/page/", "^lib/notebook/widgets/page/(elements|colours|player)\\.ts$"],
      },
    },
    {
      name: "notebooks-in-a-page-share-the-kernel",
      comment: "The site's build puts lib/page/node in Node's place for what of the kernel, the notebook and the disk they import.",
      severity: "error",
      from: { path: "^lib/page/notebook/" },
      to: {
        path: "^(lib|experiments|test)/",
        pathNot: [any([...core, "page", "notebook", "tables"]), "^lib/browser\\.ts$", "^lib/disk/", "^lib/kernel/(cells|compiler|webpage|headless/recordOutputs|protocol/comms|inspectionText|notebookFormat|parseNotebook)"],
      },
    },
    {
      name: "page-has-no-node",
      severity: "error",
      from: { path: "^lib/page/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "files-know-no-notebook",
      comment: "Disk, hub and queue are used without a notebook or a command line.",
      severity: "error",
      from: { path: "^lib/(disk|hub|queue|native)/" },
      to: { path: "^lib/(notebook|kernel|jupyter|command)/" },
    },
    {
      name: "command-line-is-last",
      comment: "The command line uses everything; nothing uses it.",
      severity: "error",
      from: { path: "^(lib|experiments)/", pathNot: ["^lib/command/", "^experiments/maintain/docs/"] },
      to: { path: "^lib/command/" },
    },
    {
      name: "experiments-share-from-below",
      comment: "What the paper's experiments share knows neither their report nor one of them.",
      severity: "error",
      from: { path: "^experiments/paper/shared/" },
      to: { path: "^experiments/paper/(report/|experiments)" },
    },
    {
      name: "reports-know-no-experiment",
      comment: "A report is made of outcomes, whatever experiment had them.",
      severity: "error",
      from: { path: "^experiments/paper/report/" },
      to: { path: "^experiments/paper/experiments" },
    },
    {
      name: "library-knows-no-experiments",
      severity: "error",
      from: { path: any(edges) },
      to: { path: "^(experiments|test)/" },
    },
  ],
  options: { parser: "swc", tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
