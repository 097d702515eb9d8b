// What Jupyter starts: the kernel under tsx. Argument: the connection file.
require("./descriptors/take.cjs").take();
require("./compiler/start.cjs");
import("tsx").then(() => require("./launch.ts"));
