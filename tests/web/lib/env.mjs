// env.mjs: what the running instance that is tested says of itself.
import { readEnv } from "./env_file.mjs";

export { ROOT, readEnv } from "./env_file.mjs";
export const env = readEnv();
