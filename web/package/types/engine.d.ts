// The engine as a module: tools/dist.js bundles its bytes.
declare module 'job-tree.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
