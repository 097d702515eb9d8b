import { main } from ".";

void main(process.argv.slice(2));
