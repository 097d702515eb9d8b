// What Jupyter starts: the kernel under tsx. Argument: the connection file.
require("tsx/cjs");
require("./kernel.ts").startKernel(process.argv[2]);
