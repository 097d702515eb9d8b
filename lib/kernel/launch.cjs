// What Jupyter starts: the kernel under tsx. Argument: the connection file.
require("./compiler/start.cjs");
import("tsx").then(() => require("./launch.ts"));
