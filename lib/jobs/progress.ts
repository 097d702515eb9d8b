/**
 * How every long task says how far it is: `progress("reading clips")` is one of these.
 * @param detail what else there is to say, such as the file that is being read
 */
export type OnProgress<Detail = unknown> = (done: number, total: number, detail?: Detail) => void;
