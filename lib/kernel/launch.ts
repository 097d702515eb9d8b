import { startKernel } from "./kernel";

startKernel(process.argv[2]);
